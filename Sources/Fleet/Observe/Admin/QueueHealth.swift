import WorkQueue

/// What a work queue's status says about its process.
enum QueueHealth {
    /// A handler writes a row or two; one that takes so long hangs.
    static let longestRun = Duration.seconds(120)

    static func check(_ status: WorkQueueStatus) -> HealthReport.Check {
        if let oldest = status.oldestRun, oldest > longestRun {
            return .init(
                "kafka",
                false,
                "a message has been in its handler for \(oldest.components.seconds) s"
            )
        }
        let partitions = status.topics.values.map(\.partitions).reduce(0, +)
        let resting = status.topics.values.map(\.resting).reduce(0, +)
        let held = status.topics.filter(\.value.isHeld).keys.sorted()
        var detail = "\(partitions) partitions"
        if resting > 0 { detail += ", \(resting) messages wait for their next try" }
        if !held.isEmpty { detail += ", holding \(held.joined(separator: ", "))" }
        // A member without partitions is as it should be when there are more members than partitions.
        return .init("kafka", true, detail)
    }

    static func gauges(_ status: WorkQueueStatus) -> [GaugeReading] {
        status.topics.flatMap { topic, load in
            [
                GaugeReading("berth_queue_partitions", [("topic", topic)], Double(load.partitions)),
                GaugeReading(
                    "berth_queue_messages",
                    [("topic", topic), ("state", "waiting")],
                    Double(load.waiting)
                ),
                GaugeReading(
                    "berth_queue_messages",
                    [("topic", topic), ("state", "running")],
                    Double(load.running)
                ),
                GaugeReading(
                    "berth_queue_messages",
                    [("topic", topic), ("state", "resting")],
                    Double(load.resting)
                ),
            ]
        }
    }

    static func state(_ load: WorkQueueStatus.Topic) -> DebugState.Queue {
        DebugState.Queue(
            partitions: load.partitions,
            waiting: load.waiting,
            running: load.running,
            resting: load.resting,
            isFull: load.isFull,
            isHeld: load.isHeld
        )
    }
}
