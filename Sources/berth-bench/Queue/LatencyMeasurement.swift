import CRdkafka
import Foundation
import Kafka
import Logging
import WorkQueue

/// From produced to the handler's start, beside a raw loop that reads the same messages at the same time.
///
/// `fetch.wait.max.ms` is as shipped. The mock wakes no fetch when data arrives: both sides wait for theirs.
struct LatencyMeasurement {
    static let messages = 3_000
    static let interval = Duration.milliseconds(5)

    struct Result: Sendable {
        var raw: [Double]
        var queue: [Double]
    }

    let load: QueueLoad
    let logger: Logger

    func measure() async throws -> Result {
        let tally = Tally()
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let queue = WorkQueue(
            consumer: try ConsumerGroupMember(
                configuration: load.configuration("latency-queue"),
                group: "latency-queue",
                topics: [QueueLoad.latencyTopic],
                logger: logger
            ),
            deadLetters: { _ in },
            logger: logger
        ) { message in
            if tally.add(time: Self.age(of: message.value ?? [])) == Self.messages { end.finish() }
            return .done
        }
        async let rawTimes = raw()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await queue.run() }
            group.addTask { for await _ in ends {} }
            group.addTask {
                try await Task.sleep(for: .seconds(90))
                throw BenchFailure("latency: \(tally.total) of \(Self.messages) came")
            }
            try await publish()
            // The queue runs on until the last has come.
            try await group.next()
            group.cancelAll()
        }
        return Result(raw: try await rawTimes, queue: tally.times)
    }

    private func raw() async throws -> [Double] {
        let load = load
        return try await onThread {
            let client = try RawClient(RD_KAFKA_CONSUMER, load.rawConsumer(group: "latency-raw"))
            try client.subscribe(QueueLoad.latencyTopic)
            var times: [Double] = []
            _ = try client.consume(Self.messages, within: .seconds(90)) { message in
                let bytes = UnsafeRawBufferPointer(start: message.payload, count: message.len)
                times.append(Self.age(of: Array(bytes)))
            }
            client.closeConsumer()
            return times
        }
    }

    /// Begins once both groups have had the time to form: a message that waits for one measures that.
    private func publish() async throws {
        try await Task.sleep(for: .seconds(10))
        let load = load
        try await onThread {
            let client = try RawClient(RD_KAFKA_PRODUCER, load.rawProducer(["linger.ms": "0"]))
            let start = ContinuousClock.now
            for number in 0..<Self.messages {
                let due = start + Self.interval * number
                let wait = ContinuousClock.now.duration(to: due)
                if wait > .zero { Thread.sleep(forTimeInterval: wait / .seconds(1)) }
                _ = try client.produce(1, inFlight: 1, to: QueueLoad.latencyTopic) { _ in
                    RawRecord(key: Array("\(number)".utf8), value: Self.stamp())
                }
            }
        }
    }

    /// Nanoseconds of the machine's monotone clock, in text.
    private static func stamp() -> [UInt8] {
        Array("\(nanoseconds())".utf8)
    }

    private static func age(of stamp: [UInt8]) -> Double {
        guard let sent = UInt64(String(decoding: stamp, as: UTF8.self)) else { return .nan }
        return Double(nanoseconds() - sent) / 1e6
    }

    private static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
