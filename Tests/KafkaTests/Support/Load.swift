import Kafka
import Logging
import Synchronization

/// Sends numbered records, one after the other, until it is stopped.
final class Load: Sendable {
    private let isStopped = Mutex(false)

    func stop() {
        isStopped.withLock { $0 = true }
    }

    /// Returns how many were sent.
    func run(_ producer: Producer, topic: String) async throws -> Int {
        var count = 0
        while !isStopped.withLock({ $0 }) {
            try await producer.send(ProducerRecord(topic: topic, key: "\(count)", text: "\(count)"))
            count += 1
        }
        return count
    }
}

/// Keeps what a client logs.
final class LogKeeper: Sendable {
    private let lines = Mutex<[String]>([])

    var logger: Logger {
        Logger(label: "kept") { [self] _ in Handler(keeper: self) }
    }

    func contains(_ words: String) -> Bool {
        lines.withLock { $0.contains { $0.contains(words) } }
    }

    private struct Handler: LogHandler {
        let keeper: LogKeeper
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            keeper.lines.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }
}
