package import Kafka

/// Moving a group's offsets, planned before anything is done.
package struct OffsetMove: Sendable, Encodable {
    package enum Target: Sendable, Equatable {
        case start
        case end
        case offset(Int64)

        /// `start`, `end`, or an offset.
        package init?(_ text: String) {
            switch text {
            case "start": self = .start
            case "end": self = .end
            default:
                guard let offset = Int64(text), offset >= 0 else { return nil }
                self = .offset(offset)
            }
        }
    }

    package let topic: String
    package let partition: Int32
    /// Nil: the group never committed there.
    package let from: Int64?
    package let to: Int64
    /// How many messages will never be read by it, or will be read again.
    package let skipped: Int64
    package let again: Int64

    /// What a move comes to for one partition; an offset beyond its log is the log's end on that side.
    package init(of lag: PartitionLag, to target: Target) {
        topic = lag.partition.topic
        partition = lag.partition.partition
        from = lag.committed
        let wanted =
            switch target {
            case .start: lag.start
            case .end: lag.end
            case .offset(let offset): offset
            }
        to = min(max(wanted, lag.start), lag.end)
        let now = max(lag.committed ?? lag.start, lag.start)
        skipped = max(0, to - now)
        again = max(0, now - to)
    }

    package var line: String {
        let before = from.map { "\($0)" } ?? "nothing"
        var line = "\(topic) \(partition): from \(before) to \(to)"
        if skipped > 0 { line += ", \(skipped) messages are skipped" }
        if again > 0 { line += ", \(again) messages are read again" }
        return line
    }
}
