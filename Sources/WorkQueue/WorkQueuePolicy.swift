/// A queue's limits; each holds for one topic, so that no topic starves another.
package struct WorkQueuePolicy: Sendable {
    /// Handlers that run at once.
    package var concurrency: Int
    /// Messages taken and not finished; above it the topic is paused.
    package var messages: Int
    /// Bytes of those messages; overshot by at most what a source hands over at once: 256 KiB and a message.
    package var bytes: Int
    /// Offsets taken and not committable yet, finished ones behind an unfinished one included.
    package var trackedOffsets: Int
    /// A topic that was paused goes on when it has fallen to this part of each limit.
    package var resumeAt: Double
    package var commitInterval: Duration
    package var commitLimit: Duration
    /// The wait after the first `againSoon`; it doubles up to `longestBackOff`.
    package var firstBackOff: Duration
    package var longestBackOff: Duration

    package init(
        concurrency: Int = 16,
        messages: Int = 256,
        bytes: Int = 8 << 20,
        trackedOffsets: Int = 10_000,
        resumeAt: Double = 0.5,
        commitInterval: Duration = .milliseconds(500),
        commitLimit: Duration = .seconds(10),
        firstBackOff: Duration = .milliseconds(200),
        longestBackOff: Duration = .seconds(10)
    ) {
        self.concurrency = concurrency
        self.messages = messages
        self.bytes = bytes
        self.trackedOffsets = trackedOffsets
        self.resumeAt = resumeAt
        self.commitInterval = commitInterval
        self.commitLimit = commitLimit
        self.firstBackOff = firstBackOff
        self.longestBackOff = longestBackOff
    }

    /// The wait before try number `attempt` (the first repetition is 1), between half and the whole by
    /// `chance`.
    func backOff(attempt: Int, chance: Double) -> Duration {
        let doublings = min(max(1, attempt), 21) - 1
        let whole = min(firstBackOff * (1 << doublings), longestBackOff)
        return whole * (0.5 + 0.5 * min(max(chance, 0), 1))
    }
}
