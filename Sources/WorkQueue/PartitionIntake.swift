/// What a topic's intake knows of one assignment of a partition.
struct PartitionIntake {
    enum Admission {
        /// It belongs to these from now on.
        case taken(assignment: UInt64, reading: UInt64)
        /// It is below what was to come: the log is read again, or another stands in its place.
        case stepsBack
        /// It comes too late, or can't be an offset.
        case refused
    }

    let assignment: UInt64
    /// Begins with the assignment, and anew with each step back: only a reading's own messages and commits move
    /// its watermark.
    private(set) var reading: UInt64
    var watermark = Watermark()
    /// Nothing more is taken or begun: it is about to go.
    var isDraining = false
    /// Messages that are tried again, and since when there is one.
    private var repeated = 0
    private(set) var waitingSince: Duration?

    init(assignment: UInt64) {
        self.assignment = assignment
        reading = assignment
    }

    mutating func admit(_ offset: Int64) -> Admission {
        if !isDraining, watermark.admit(offset) { return .taken(assignment: assignment, reading: reading) }
        return watermark.isBehind(offset) ? .stepsBack : .refused
    }

    /// Begins another reading there; returns how many offsets need no longer be kept in mind.
    mutating func stepBack(to offset: Int64, reading: UInt64) -> Int {
        self.reading = reading
        return watermark.stepBack(to: offset)
    }

    /// Returns true if the partition begins to wait.
    mutating func beginRepeating(at now: Duration) -> Bool {
        repeated += 1
        guard waitingSince == nil else { return false }
        waitingSince = now
        return true
    }

    /// Returns how long the partition has waited, if it no longer does.
    mutating func endRepeating(at now: Duration) -> Duration? {
        repeated = max(0, repeated - 1)
        guard repeated == 0, let since = waitingSince else { return nil }
        waitingSince = nil
        return now - since
    }
}

/// How far a reading of a partition may be committed: the next offset to be read.
struct SafeOffset: Hashable {
    let offset: Int64
    let reading: UInt64

    init(_ offset: Int64, of reading: UInt64) {
        self.offset = offset
        self.reading = reading
    }
}

/// What came of a job's end.
struct Finish {
    var outcome = WorkQueueMetrics.Outcome.done
    let partition: Int32
    let ran: Duration
    /// How long the partition has waited, if this was what it waited for.
    let endedStretch: Duration?
}

/// What came of putting a job to rest.
struct Rest {
    let partition: Int32
    /// The first is 1.
    let repetition: Int
    /// Whether the partition waits from now on, and didn't before.
    let beginsStretch: Bool
}
