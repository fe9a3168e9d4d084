extension TopicIntake {
    func status(at now: Duration) -> WorkQueueStatus.Topic {
        let waits = partitions.compactMapValues { partition in
            partition.waitingSince.map { now - $0 }
        }
        return WorkQueueStatus.Topic(
            partitions: partitions.count,
            waiting: lanes.count - lanes.running - lanes.resting,
            running: lanes.running,
            resting: lanes.resting,
            bytes: bytes,
            trackedOffsets: trackedOffsets,
            isFull: isFull,
            isHeld: isHeld,
            waitingPartitions: waits,
            sinceProgress: lanes.count == 0 ? nil : now - lastProgress
        )
    }

    /// How long the oldest running handler has run.
    func oldestRun(at now: Duration) -> Duration? {
        guard lanes.running > 0 else { return nil }
        return entries.filter { lanes.isRunning($0.ticket) }.map { now - $0.begun }.max()
    }
}
