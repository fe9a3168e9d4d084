/// What a topic's intake knows of one assignment of a partition.
struct PartitionIntake {
    let assignment: UInt64
    var watermark = Watermark()
    /// Nothing more is taken or begun: it is about to go.
    var isDraining = false
    /// Messages that are tried again, and since when there is one.
    private var repeated = 0
    private(set) var waitingSince: Duration?

    init(assignment: UInt64) {
        self.assignment = assignment
    }

    /// The assignment to which the offset now belongs; nil if it was taken before, or comes too late.
    mutating func admit(_ offset: Int64) -> UInt64? {
        !isDraining && watermark.admit(offset) ? assignment : nil
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

/// How far an assignment of a partition may be committed: the next offset to be read.
struct SafeOffset: Hashable {
    let offset: Int64
    let assignment: UInt64

    init(_ offset: Int64, of assignment: UInt64) {
        self.offset = offset
        self.assignment = assignment
    }
}

/// What came of a job's end.
struct Finish {
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
