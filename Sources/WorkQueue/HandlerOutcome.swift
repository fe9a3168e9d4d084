package import Kafka

/// What came of a message.
package enum HandlerOutcome: Sendable, Hashable {
    /// Its work is done for good: its offset may be committed.
    case done
    /// It can't ever be understood: published as a dead letter before its offset may be committed.
    case dead(reason: String)
    /// Tried again after a while, in place: what has the same key waits, everything else goes on.
    case againSoon(reason: String)
}

/// A message that nobody can understand, with where it came from and why.
package struct DeadLetter: Sendable, Hashable {
    package let reason: String
    package let message: KafkaMessage

    package init(reason: String, message: KafkaMessage) {
        self.reason = reason
        self.message = message
    }

    /// The letter as a record: original key, value and headers, and behind them reason and origin.
    package func record(topic: String) -> ProducerRecord {
        ProducerRecord(
            topic: topic,
            key: message.key,
            value: message.value,
            headers: message.headers + [
                KafkaHeader("dead_reason", reason),
                KafkaHeader("dead_topic", message.topic),
                KafkaHeader("dead_partition", String(message.partition)),
                KafkaHeader("dead_offset", String(message.offset)),
            ],
            timestampMilliseconds: message.timestampMilliseconds
        )
    }
}

/// Publishes a dead letter; returns only when it is safe, throws to be called again after a while.
package typealias DeadLetters = @Sendable (DeadLetter) async throws -> Void
