import CRdkafka
import Synchronization

/// How a member fares, for probes and metrics; reading it asks no broker and waits for no thread.
///
/// The client library can't tell a stuck consumer: any poll of it counts as progress.
package struct MemberHealth: Sendable, Hashable {
    package enum Stage: String, Sendable, Hashable {
        /// `run()` was not called yet.
        case idle
        /// Looks for the group, or waits for its first assignment.
        case joining
        /// The group has assigned partitions, perhaps none.
        case assigned
        case leaving
        case over
    }

    package let stage: Stage
    /// Whether the group has ever assigned anything, be it nothing.
    package let hasBeenAssigned: Bool
    package let ownedPartitions: Int
    /// Since the member's thread last looked around; it does so twenty times a second.
    package let sinceServed: Duration
    /// How long the owner has taken nothing although an event or a message that isn't held lies ready; nil
    /// if nothing does.
    package let waiting: Duration?
    /// Since partitions last came or went, if they did.
    package let sinceRebalance: Duration?
    /// Since the client last reported an error, if it did; it may be over.
    package let sinceTrouble: Duration?
    package let lastError: String?
}

/// Where a member's thread writes what others read as health.
final class HealthBoard: Sendable {
    struct Facts {
        var stage = MemberHealth.Stage.idle
        var hasBeenAssigned = false
        var ownedPartitions = 0
        var served: ContinuousClock.Instant
        var rebalanced: ContinuousClock.Instant?
        var troubled: ContinuousClock.Instant?
        var lastError: String?
    }

    private let facts: Mutex<Facts>

    init(now: ContinuousClock.Instant) {
        facts = Mutex(Facts(served: now))
    }

    func update(_ change: (inout Facts) -> Void) {
        facts.withLock { change(&$0) }
    }

    func health(now: ContinuousClock.Instant, waitingSince: ContinuousClock.Instant?) -> MemberHealth {
        let facts = facts.withLock { $0 }
        // Another thread may have written after `now` was read.
        func since(_ instant: ContinuousClock.Instant) -> Duration { max(.zero, now - instant) }
        return MemberHealth(
            stage: facts.stage,
            hasBeenAssigned: facts.hasBeenAssigned,
            ownedPartitions: facts.ownedPartitions,
            sinceServed: since(facts.served),
            waiting: waitingSince.map(since),
            sinceRebalance: facts.rebalanced.map(since),
            sinceTrouble: facts.troubled.map(since),
            lastError: facts.lastError
        )
    }
}

extension KafkaError.Code {
    /// The member was given up because nobody took its messages.
    package static let stuck = Self(RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
    /// Another member has this one's `group.instance.id`.
    package static let fencedInstance = Self(RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID)
    /// The log has no such offset, and the configuration forbids to choose another.
    package static let noOffsetToReadFrom = Self(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
}
