/// What a member of a group hears, in the order in which it matters.
///
/// Between `assigned` and `revoking` or `lost` messages of those partitions come, and no others.
package enum ConsumerEvent: Sendable {
    case assigned([TopicPartition])
    case message(KafkaMessage)
    /// The partitions go to another member as soon as `Revocation.complete()` is called, or its time is over.
    case revoking(Revocation)
    /// The partitions may already belong to another member: commit nothing.
    case lost([TopicPartition])
}

/// What a member of a group hears at once.
package enum ConsumerBatch: Sendable {
    /// Messages of one topic, in order within each partition; at least one.
    case messages([KafkaMessage])
    /// What happens to partitions comes alone, so that nobody has messages in hand while working on it.
    case turn(ConsumerEvent)
}

/// Partitions that are about to be given up: finish what is in progress, commit, complete.
package struct Revocation: Sendable {
    package let partitions: [TopicPartition]
    /// The group waits at most this long.
    package let limit: Duration
    private let completion: @Sendable () -> Void

    package init(partitions: [TopicPartition], limit: Duration, completion: @escaping @Sendable () -> Void) {
        self.partitions = partitions
        self.limit = limit
        self.completion = completion
    }

    /// Lets the partitions go; a second call does nothing.
    package func complete() {
        completion()
    }
}
