import DequeModule

/// How far a partition is done: what may be committed is below every unfinished offset.
struct Watermark {
    private struct Entry {
        let offset: Int64
        var isDone = false
    }

    /// From the oldest unfinished one on, by growing offset.
    private var entries: Deque<Entry> = []
    private var next: Int64?
    private var committed: Int64?

    /// Offsets that are kept in mind.
    var tracked: Int { entries.count }

    var unfinished: Int { entries.count { !$0.isDone } }

    var oldestUnfinished: Int64? { entries.first?.offset }

    /// Takes an offset in; false for one that was taken before, which must not be handed out again.
    mutating func admit(_ offset: Int64) -> Bool {
        let (following, isLast) = offset.addingReportingOverflow(1)
        guard offset >= 0, !isLast, offset >= next ?? 0 else { return false }
        // What was there when this assignment began is committed already, for all it knows.
        if committed == nil { committed = offset }
        next = following
        entries.append(Entry(offset: offset))
        return true
    }

    /// Marks an offset as done, in whatever order; unknown ones change nothing.
    ///
    /// Returns how many offsets need no longer be kept in mind.
    @discardableResult
    mutating func finish(_ offset: Int64) -> Int {
        guard let index = index(of: offset) else { return 0 }
        entries[index].isDone = true
        let before = entries.count
        while entries.first?.isDone == true { entries.removeFirst() }
        return before - entries.count
    }

    /// The offset to commit, as Kafka counts: the next to be read; nil if there is nothing new to say.
    var uncommitted: Int64? {
        guard let safe = entries.first?.offset ?? next, safe > committed ?? 0 else { return nil }
        return safe
    }

    mutating func commit(_ offset: Int64) {
        committed = max(committed ?? 0, offset)
    }

    /// Whether the offset could have come before, had the log not been made anew.
    func isBehind(_ offset: Int64) -> Bool {
        offset >= 0 && offset < next ?? 0
    }

    /// Expects that offset next, as if it and all above had never been taken; what is open below stays so.
    ///
    /// The group is told at once: nobody is to begin above it. Returns how many offsets need no longer be kept
    /// in mind.
    mutating func stepBack(to offset: Int64) -> Int {
        let before = entries.count
        while let last = entries.last, last.offset >= offset { entries.removeLast() }
        next = offset
        committed = -1
        return before - entries.count
    }

    private func index(of offset: Int64) -> Int? {
        // Mostly the oldest ends first.
        if entries.first?.offset == offset { return 0 }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = low + (high - low) / 2
            if entries[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].offset == offset ? low : nil
    }
}
