import CRdkafka
import Foundation
import Kafka
import Logging
import WorkQueue

/// Reading the same messages raw, through `Kafka`, and through `WorkQueue`.
struct ReadMeasurement {
    private static let limit = Duration.seconds(90)
    /// What a program that takes messages in batches takes at most.
    private static let batch = 256

    let load: QueueLoad
    let logger: Logger

    func raw(round: Int) async throws -> Pace {
        let (load, group) = (load, "raw-\(round)")
        return try await onThread {
            let client = try RawClient(RD_KAFKA_CONSUMER, load.rawConsumer(group: group))
            try client.subscribe(QueueLoad.readTopic)
            var bytes = 0
            let pace = try client.consume(load.messages, within: Self.limit) { message in
                bytes += message.len + message.key_len
            }
            client.closeConsumer()
            guard bytes > load.messages * QueueLoad.messageBytes else {
                throw BenchFailure("bytes are missing")
            }
            return pace
        }
    }

    func throughKafka(round: Int) async throws -> Pace {
        let member = try member("member-\(round)")
        let count = load.messages
        return try await limited { group in
            group.addTask {
                try await member.run()
                throw BenchFailure("the member left")
            }
            group.addTask {
                var start: Usage?
                var taken = 0
                var bytes = 0
                while taken < count, let batch = try await member.next(atMost: Self.batch) {
                    guard case .messages(let messages) = batch else { continue }
                    if start == nil { start = .now() }
                    for message in messages { bytes += message.weight }
                    taken += messages.count
                }
                guard bytes > taken * QueueLoad.messageBytes else { throw BenchFailure("bytes are missing") }
                guard let start else { throw BenchFailure("nothing came") }
                return Pace(messages: count, from: start, to: .now())
            }
        }
    }

    func throughQueue(round: Int, concurrency: Int = 1_000) async throws -> Pace {
        let tally = Tally()
        let count = load.messages
        let (ends, end) = AsyncStream.makeStream(of: Usage.self)
        let queue = WorkQueue(
            consumer: try member("queue-\(round)"),
            policy: WorkQueuePolicy(concurrency: concurrency, messages: concurrency * 4),
            deadLetters: { _ in },
            logger: logger
        ) { _ in
            if tally.add() == count { end.yield(.now()) }
            return .done
        }
        return try await limited { group in
            group.addTask {
                try await queue.run()
                throw BenchFailure("the queue ended")
            }
            group.addTask {
                for await usage in ends {
                    guard let start = tally.start else { break }
                    return Pace(messages: count, from: start, to: usage)
                }
                throw BenchFailure("nothing came")
            }
        }
    }

    private func member(_ name: String) throws -> ConsumerGroupMember {
        try ConsumerGroupMember(
            configuration: load.configuration(name),
            group: name,
            topics: [QueueLoad.readTopic],
            logger: logger
        )
    }

    /// The first result of what the body adds, or an error once the time is over.
    private func limited(_ body: (inout ThrowingTaskGroup<Pace, any Error>) -> Void) async throws -> Pace {
        try await withThrowingTaskGroup(of: Pace.self) { group in
            body(&group)
            group.addTask {
                try await Task.sleep(for: Self.limit)
                throw BenchFailure("not within \(Self.limit)")
            }
            defer { group.cancelAll() }
            guard let pace = try await group.next() else { throw BenchFailure("nothing was measured") }
            return pace
        }
    }
}
