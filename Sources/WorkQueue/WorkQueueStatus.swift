/// What a queue is doing, for metrics and health.
package struct WorkQueueStatus: Sendable, Hashable {
    package struct Topic: Sendable, Hashable {
        package let partitions: Int
        package let waiting: Int
        package let running: Int
        /// Waiting for their next try.
        package let resting: Int
        package let bytes: Int
        package let trackedOffsets: Int
        package let isFull: Bool
        package let isHeld: Bool
    }

    package let topics: [String: Topic]
    /// How long the oldest running handler has run: what shows a stuck one, as no broker would.
    package let oldestRun: Duration?
    /// Since the last commit that was accepted, if one was.
    package let sinceCommit: Duration?
}
