package import Kafka
package import Reservations

/// Puts what can't be understood aside, whole, with the reason: nobody waits for it and nothing is lost.
package struct DeadLetters: Sendable {
    private static let longestReason = 1000
    /// Headers of the letter itself; the original's keep their names unless these take them.
    package static let reasonHeader = "berth-dead-reason"
    package static let topicHeader = "berth-dead-topic"
    package static let partitionHeader = "berth-dead-partition"
    package static let offsetHeader = "berth-dead-offset"
    package static let timeHeader = "berth-dead-time"
    /// When the original was published, in milliseconds since 1970; absent if its log had no time.
    package static let timestampHeader = "berth-dead-timestamp"

    private let producer: any RecordSending
    private let topics: Topics
    private let time: any Timepiece

    /// Letters to the topic for the dead.
    package init(producer: any RecordSending, topics: Topics, time: any Timepiece) {
        self.producer = producer
        self.topics = topics
        self.time = time
    }

    /// Publishes the message with its key, value and headers as they were, and where it came from.
    package func publish(_ message: KafkaMessage, reason: String) async throws(SinkError) {
        do {
            try await producer.send(record(for: message, reason: reason))
        } catch {
            throw SinkError("\(topics.dead.name): \(error)")
        }
    }

    func record(for message: KafkaMessage, reason: String) -> ProducerRecord {
        var own = [
            KafkaHeader(Self.reasonHeader, String(reason.prefix(Self.longestReason))),
            KafkaHeader(Self.topicHeader, message.topic),
            KafkaHeader(Self.partitionHeader, "\(message.partition)"),
            KafkaHeader(Self.offsetHeader, "\(message.offset)"),
            KafkaHeader(Self.timeHeader, WireJSON.text(time.now())),
        ]
        // The letter's own time is that of its death, so that it is kept as long as any other.
        if let published = message.timestampMilliseconds {
            own.append(KafkaHeader(Self.timestampHeader, "\(published)"))
        }
        return ProducerRecord(
            topic: topics.dead.name,
            key: message.key,
            value: message.value,
            headers: message.headers + own
        )
    }
}
