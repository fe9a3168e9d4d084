/// A consumer group as its coordinator describes it.
package struct GroupDescription: Sendable, Hashable {
    package struct Member: Sendable, Hashable {
        package let memberID: String
        package let clientID: String
        package let host: String
        /// Set for a static member.
        package let groupInstanceID: String?
        package let assignment: [TopicPartition]
    }

    package let id: String
    /// In Kafka's own words: `Stable`, `Empty`, `Dead`, `PreparingRebalance`, `CompletingRebalance` or
    /// `Unknown`.
    ///
    /// A group that nobody has heard of is `Dead`.
    package let state: String
    /// The assignor that the members agreed on, such as `range`; empty without members.
    package let protocolName: String
    package let members: [Member]
}

/// How far a group is behind in a partition.
package struct PartitionLag: Sendable, Hashable {
    package let partition: TopicPartition
    /// The next offset to be read, as the group committed it; nil if it never did.
    package let committed: Int64?
    /// The oldest offset that is still in the log.
    package let start: Int64
    /// The offset that the next message will get.
    package let end: Int64

    /// Messages still to be read: without a commit, and with one that has fallen out of the log, all there
    /// are.
    package var lag: Int64 { max(0, end - max(start, committed ?? start)) }
}
