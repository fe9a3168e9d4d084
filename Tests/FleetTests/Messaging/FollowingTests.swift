import Fleet
import Kafka
import Reservations
import Testing

@Suite struct FollowingTests {
    private func messages(_ events: [ReservationEvent]) async throws -> [KafkaMessage] {
        let keeper = RecordKeeper()
        let sink = KafkaEvents(
            producer: keeper,
            topics: Topics(),
            source: "/x",
            time: BenchTime(),
            chance: BenchChance()
        )
        for event in events { try await sink.publish(event) }
        return keeper.records.map(\.message)
    }

    @Test func `a follower takes its reservation's events, none older, until the end`() async throws {
        let published = try await messages([
            SampleEvents.event(.preparing, version: 3, phase: "a"),
            SampleEvents.event(.active, version: 9, of: SampleEvents.other),
            SampleEvents.event(.preparing, version: 3, phase: "b"), SampleEvents.event(.pending, version: 2),
            SampleEvents.event(.active, version: 5), SampleEvents.event(.preparing, version: 4),
            SampleEvents.event(.cancelled, version: 8), SampleEvents.event(.cancelled, version: 9),
        ])
        var course = ReservationCourse(of: SampleEvents.id)
        let taken = published.compactMap { course.take($0) }
        #expect(taken.map(\.version) == [3, 3, 5, 8])
        #expect(course.isOver)
    }

    @Test func `a message that can't be understood doesn't end the following`() async throws {
        let good = try await messages([SampleEvents.event(.active, version: 1)])
        var course = ReservationCourse(of: SampleEvents.id)
        let bad = KafkaMessage(topic: "t", partition: 0, offset: 0, value: [0xFF])
        #expect(course.take(bad) == nil)
        #expect(course.take(good[0])?.version == 1)
    }

    @Test func `workers hear of endings, of free GPUs and of deaths only`() async throws {
        let keeper = RecordKeeper()
        let sink = KafkaEvents(
            producer: keeper,
            topics: Topics(),
            source: "/x",
            time: BenchTime(),
            chance: BenchChance()
        )
        try await sink.publish(SampleEvents.event(.active, version: 1))
        try await sink.publish(SampleEvents.event(.cancelling, version: 2))
        try await sink.hintCapacity(of: GPUType(unchecked: "t4"))
        try await sink.publish(SampleEvents.event(.cancelled, version: 3))
        try await sink.hintDeath(of: WorkerID(unchecked: "worker-7"))
        let hints = keeper.records.compactMap { WorkerHint($0.message) }
        #expect(
            hints == [
                .ending(SampleEvents.id, version: 2), .capacityFreed(GPUType(unchecked: "t4")),
                .died(WorkerID(unchecked: "worker-7")),
            ]
        )
    }
}
