/// Where each partition is read next, and whether the broker has moved us.
///
/// A value without I/O. The library follows `auto.offset.reset` without telling, so each message is compared
/// with what was to come: the committed offset first, then one more than the last.
struct Positions {
    private struct Place {
        var next: Int64?
        /// The first offset read while the committed one isn't known.
        var first: Int64?
        /// The number of the question for the committed offset, until it is answered or of no more use.
        var question: UInt?
        /// Whether anything was read or sought since the assignment.
        var hasMoved = false
    }

    private var places: [TopicPartition: Place] = [:]

    /// The next offset to be read; nil as long as nothing is known.
    func next(_ item: TopicPartition) -> Int64? {
        places[item]?.next
    }

    /// Begins anew; the committed offsets are asked for under that number.
    mutating func begin(_ partitions: some Sequence<TopicPartition>, question: UInt) {
        for item in partitions { places[item] = Place(question: question) }
    }

    mutating func end(_ partitions: some Sequence<TopicPartition>) {
        for item in partitions { places[item] = nil }
    }

    mutating func endAll() {
        places = [:]
    }

    mutating func seek(_ item: TopicPartition, to offset: Int64) {
        places[item] = Place(next: offset, hasMoved: true)
    }

    /// From now on an answer may show this commit rather than where reading began.
    mutating func commit(_ item: TopicPartition) {
        places[item]?.question = nil
    }

    /// Takes the answer to a question; nil stands for no committed offset, or for no answer.
    mutating func answer(
        _ item: TopicPartition,
        question: UInt,
        committed: Int64?,
        logStart: () -> Int64?
    ) -> OffsetReset? {
        guard places[item]?.question == question else { return nil }
        places[item]?.question = nil
        guard let committed else { return nil }
        guard let first = places[item]?.first else {
            places[item]?.next = committed
            return nil
        }
        return compare(item, expected: committed, found: first, isAtAssignment: true, logStart: logStart)
    }

    /// Takes note of a message.
    mutating func read(
        _ item: TopicPartition,
        offset: Int64,
        logStart: () -> Int64?
    ) -> OffsetReset? {
        let (following, isLast) = offset.addingReportingOverflow(1)
        let expected = places[item]?.next
        let isFirst = places[item]?.hasMoved != true
        if places[item]?.question != nil, expected == nil { places[item]?.first = offset }
        places[item, default: Place()].next = isLast ? offset : following
        places[item]?.hasMoved = true
        return expected.flatMap {
            compare(item, expected: $0, found: offset, isAtAssignment: isFirst, logStart: logStart)
        }
    }

    /// Takes note of messages that followed, without a gap, one of which it was told.
    mutating func goOn(_ item: TopicPartition, to next: Int64) {
        places[item]?.next = next
    }

    /// A gap alone is no reset: compaction and transactions leave gaps.
    private func compare(
        _ item: TopicPartition,
        expected: Int64,
        found: Int64,
        isAtAssignment: Bool,
        logStart: () -> Int64?
    ) -> OffsetReset? {
        guard found != expected else { return nil }
        guard found < expected || logStart().map({ $0 > expected }) == true else { return nil }
        return OffsetReset(item, from: expected, to: found, isAtAssignment: isAtAssignment)
    }
}
