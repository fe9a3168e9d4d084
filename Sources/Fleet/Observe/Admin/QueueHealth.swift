import Kafka
import WorkQueue

/// How a process reads its topics: the queue, and its member of the group.
struct QueueReading: Sendable {
    let queue: WorkQueueStatus
    let member: MemberHealth
}

/// What a work queue and its member say about their process.
enum QueueHealth {
    /// The member's thread looks around many times a second, and what lies ready is taken at once.
    private static let longestPause = Duration.seconds(30)

    /// Whether messages are taken and handled, so that others may count on it.
    static func readiness(_ reading: QueueReading) -> HealthReport.Check {
        let queue = WorkQueueHealth(of: reading.queue).reasons.map(\.description)
        let troubles = trouble(of: reading.member).map { [$0] + queue } ?? queue
        guard troubles.isEmpty else { return .init("kafka", false, troubles.joined(separator: "; ")) }
        // A member without partitions is as it should be when there are more members than partitions.
        return .init("kafka", true, detail(reading.queue))
    }

    /// Whether a new process would do better: brokers that are away are no reason.
    static func liveness(_ reading: QueueReading) -> HealthReport.Check {
        let stuck = WorkQueueHealth(of: reading.queue).reasons.first { reason in
            if case .handlerStuck = reason { true } else { false }
        }
        return .init("kafka", stuck == nil, stuck?.description ?? detail(reading.queue))
    }

    private static func trouble(of member: MemberHealth) -> String? {
        let error = member.lastError.map { " (\($0))" } ?? ""
        if member.stage != .assigned || !member.hasBeenAssigned {
            return "the member of the group is \(member.stage.rawValue)" + error
        }
        if member.sinceServed > longestPause {
            return "the member hasn't polled for \(member.sinceServed)"
        }
        if let waiting = member.waiting, waiting > longestPause {
            return "what lies ready hasn't been taken for \(waiting)"
        }
        return nil
    }

    private static func detail(_ status: WorkQueueStatus) -> String {
        let partitions = status.topics.values.map(\.partitions).reduce(0, +)
        let resting = status.topics.values.map(\.resting).reduce(0, +)
        let held = status.topics.filter(\.value.isHeld).keys.sorted()
        var detail = "\(partitions) partitions"
        if resting > 0 { detail += ", \(resting) messages wait for their next try" }
        if !held.isEmpty { detail += ", holding \(held.joined(separator: ", "))" }
        return detail
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
