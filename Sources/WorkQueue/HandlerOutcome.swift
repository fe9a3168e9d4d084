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
}

/// Publishes a dead letter; returns only when it is safe, throws to be called again after a while.
package typealias DeadLetters = @Sendable (DeadLetter) async throws -> Void
