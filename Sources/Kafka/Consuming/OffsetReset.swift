/// A partition goes on somewhere else than where it was to: its log no longer has that offset.
///
/// Which way is the broker's doing (retention, a topic made anew, a log cut off) and `auto.offset.reset`'s.
package struct OffsetReset: Sendable, Hashable, CustomStringConvertible {
    package let partition: TopicPartition
    /// The offset that was to be read next: the committed one, or the one behind the last message.
    package let from: Int64
    /// The offset of the message that came instead.
    package let to: Int64
    /// Whether nothing was read since the partition was assigned, so that `from` is the committed offset.
    package let isAtAssignment: Bool

    package init(_ partition: TopicPartition, from: Int64, to: Int64, isAtAssignment: Bool = true) {
        self.partition = partition
        self.from = from
        self.to = to
        self.isAtAssignment = isAtAssignment
    }

    package var description: String {
        let consequence =
            to > from
            ? "\(to - from) offsets in between are gone or skipped"
            : "what follows may have been read before under other offsets"
        return
            "\(partition): offset \(from) is out of the log's range, reading goes on at \(to): \(consequence)"
    }
}
