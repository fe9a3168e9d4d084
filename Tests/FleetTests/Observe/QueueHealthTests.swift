import Logging
import Metrics
import Testing
import WorkQueue

@testable import Fleet
@testable import Kafka

/// When a process says that it isn't ready, or not even alive, because of what it reads.
@Suite struct QueueHealthTests {
    private static func member(
        _ stage: MemberHealth.Stage = .assigned,
        hasBeenAssigned: Bool = true,
        sinceServed: Duration = .zero,
        waiting: Duration? = nil
    ) -> MemberHealth {
        MemberHealth(
            stage: stage,
            hasBeenAssigned: hasBeenAssigned,
            ownedPartitions: 0,
            sinceServed: sinceServed,
            waiting: waiting,
            sinceRebalance: nil,
            sinceTrouble: nil,
            lastError: stage == .joining ? "no broker" : nil
        )
    }

    private static let minute = Duration.seconds(60)
    private static let hour = Duration.seconds(3_600)

    @Test(
        arguments: [
            (member(), WorkQueueStatus(), nil, true),
            (member(waiting: .seconds(1)), WorkQueueStatus(), nil, true),
            (member(.idle, hasBeenAssigned: false), WorkQueueStatus(), "is idle", true),
            (member(.joining, hasBeenAssigned: false), WorkQueueStatus(), "joining (no broker)", true),
            (member(.assigned, hasBeenAssigned: false), WorkQueueStatus(), "is assigned", true),
            (member(.leaving), WorkQueueStatus(), "is leaving", true),
            (member(.over), WorkQueueStatus(), "is over", true),
            (member(sinceServed: minute), WorkQueueStatus(), "hasn't polled", true),
            (member(waiting: minute), WorkQueueStatus(), "hasn't been taken", true),
            (member(), WorkQueueStatus(phase: .stopping), "stopping", true),
            (member(), WorkQueueStatus(sinceAsked: hour), "asked for events", true),
            (member(), WorkQueueStatus(refusedFor: hour), "refused", true),
            (member(), WorkQueueStatus(topics: ["t": .init(sinceProgress: hour)]), "nothing of t", true),
            (member(), WorkQueueStatus(oldestRun: hour), "a handler", false),
        ] as [(MemberHealth, WorkQueueStatus, String?, Bool)]
    )
    func `a member that hasn't joined, polled or got on isn't ready`(
        member: MemberHealth,
        queue: WorkQueueStatus,
        trouble: String?,
        isAlive: Bool
    ) {
        let reading = QueueReading(queue: queue, member: member)
        let check = QueueHealth.readiness(reading)
        #expect(check.isGood == (trouble == nil))
        #expect(check.detail.contains(trouble ?? "0 partitions"), "\(check.detail)")
        #expect(QueueHealth.liveness(reading).isGood == isAlive)
    }

    @Test func `an offset reset is counted by topic`() async {
        let registry = MetricsRegistry()
        let report = ResetReport(
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            factory: registry
        )
        let item = TopicPartition(topic: "requests", partition: 3)
        report.tell(OffsetReset(item, from: 160, to: 0))
        report.tell(OffsetReset(item, from: 10, to: 90))
        let text = await PrometheusText.write(registry)
        #expect(text.contains("berth_kafka_offset_resets_total{topic=\"requests\"} 2\n"))
    }
}
