/// What a queue is doing, for metrics and health.
package struct WorkQueueStatus: Sendable, Hashable {
    package enum Phase: Sendable, Hashable {
        case idle
        case running
        /// Nothing new is begun.
        case stopping
        case over
    }

    package struct Topic: Sendable, Hashable {
        package var partitions: Int
        package var waiting: Int
        package var running: Int
        /// Waiting for their next try.
        package var resting: Int
        package var bytes: Int
        /// Offsets that can't be committed yet, finished ones behind an unfinished one included.
        package var trackedOffsets: Int
        package var isFull: Bool
        package var isHeld: Bool
        /// For how long these partitions have had a message that is tried again.
        package var waitingPartitions: [Int32: Duration]
        /// Since a message was finished, or taken after a lull; nil while there is none to finish.
        package var sinceProgress: Duration?

        package init(
            partitions: Int = 0,
            waiting: Int = 0,
            running: Int = 0,
            resting: Int = 0,
            bytes: Int = 0,
            trackedOffsets: Int = 0,
            isFull: Bool = false,
            isHeld: Bool = false,
            waitingPartitions: [Int32: Duration] = [:],
            sinceProgress: Duration? = nil
        ) {
            self.partitions = partitions
            self.waiting = waiting
            self.running = running
            self.resting = resting
            self.bytes = bytes
            self.trackedOffsets = trackedOffsets
            self.isFull = isFull
            self.isHeld = isHeld
            self.waitingPartitions = waitingPartitions
            self.sinceProgress = sinceProgress
        }
    }

    package var phase: Phase
    package var topics: [String: Topic]
    /// How long the oldest running handler has run: what shows a stuck one, as no broker would.
    package var oldestRun: Duration?
    /// For how long the queue has been busy with the last events, and asked for no more; nil while it asks.
    package var sinceAsked: Duration?
    /// Since the last commit that was accepted, if one was.
    package var sinceCommit: Duration?
    /// Since the first of the refused commits after which none was accepted.
    package var refusedFor: Duration?

    package init(
        phase: Phase = .running,
        topics: [String: Topic] = [:],
        oldestRun: Duration? = nil,
        sinceAsked: Duration? = nil,
        sinceCommit: Duration? = nil,
        refusedFor: Duration? = nil
    ) {
        self.phase = phase
        self.topics = topics
        self.oldestRun = oldestRun
        self.sinceAsked = sinceAsked
        self.sinceCommit = sinceCommit
        self.refusedFor = refusedFor
    }
}
