import CRdkafka
import Kafka
import Logging

/// Sending records raw and through `Producer`: each acknowledgement awaited, and both sides keep the library's
/// queue as full as its limit allows.
struct WriteMeasurement {
    static let inFlight = 10_000
    static let count = 1_000_000
    /// Records of one call, and calls side by side: what a program that writes in bulk may have at hand.
    ///
    /// While one call waits for its last acknowledgement, the next fills the queue.
    static let (batch, senders) = (5_000, 4)
    /// Records of one call of a program that has few at a time, with many such calls side by side.
    static let smallBatch = 100
    private static let payload = [UInt8](repeating: 0x61, count: QueueLoad.messageBytes)

    let load: QueueLoad
    let logger: Logger

    func raw() async throws -> Pace {
        let load = load
        return try await onThread {
            let payload = Self.payload
            let client = try RawClient(RD_KAFKA_PRODUCER, load.rawProducer())
            // The connection is made before the time runs, as on the other side.
            _ = try client.produce(100, inFlight: 100, to: QueueLoad.writeTopic) { _ in
                RawRecord(key: Array("warm".utf8), value: payload)
            }
            return try client.produce(Self.count, inFlight: Self.inFlight, to: QueueLoad.writeTopic) {
                index in
                RawRecord(key: Array("key-\(index % 1_000)".utf8), value: payload)
            }
        }
    }

    /// In batches, the outcome of each record looked at.
    func throughKafka(batch size: Int, senders: Int) async throws -> Pace {
        try await measured { producer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<senders {
                    group.addTask {
                        for batch in stride(from: sender, to: Self.count / size, by: senders) {
                            let first = batch * size
                            let records = (first..<first + size).map(record)
                            for outcome in await producer.send(records) { _ = try outcome.get() }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// By a task for each record in flight, which waits for that record alone.
    func oneByOne() async throws -> Pace {
        let count = Self.count / 4
        return try await measured(count) { producer in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<Self.inFlight {
                    group.addTask {
                        for index in stride(from: sender, to: count, by: Self.inFlight) {
                            try await producer.send(record(index))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private func measured(
        _ count: Int = count,
        _ body: (Producer) async throws -> Void
    ) async throws -> Pace {
        let producer = try Producer(configuration: load.configuration("producer", [:]), logger: logger)
        for _ in 0..<10 {
            try await producer.send(
                ProducerRecord(topic: QueueLoad.writeTopic, key: [1], value: Self.payload)
            )
        }
        let start = Usage.now()
        try await body(producer)
        let pace = Pace(messages: count, from: start, to: .now())
        await producer.close(within: .seconds(10))
        return pace
    }

    @Sendable private func record(_ index: Int) -> ProducerRecord {
        ProducerRecord(
            topic: QueueLoad.writeTopic,
            key: Array("key-\(index % 1_000)".utf8),
            value: Self.payload
        )
    }
}
