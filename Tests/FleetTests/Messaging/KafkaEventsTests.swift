import Fleet
import Foundation
import Kafka
import Reservations
import Testing

@Suite struct KafkaEventsTests {
    let keeper = RecordKeeper()
    let topics = Topics()
    var events: KafkaEvents { sink(keeper) }

    static let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    private func sink(_ keeper: RecordKeeper) -> KafkaEvents {
        KafkaEvents(
            producer: keeper,
            topics: topics,
            source: "/berth/worker/w-1",
            time: BenchTime(),
            chance: BenchChance()
        )
    }

    @Test func `an event is a CloudEvent in binary mode, keyed by its reservation`() async throws {
        try await events.publish(SampleEvents.event(.active, version: 7, phase: "active"))
        let record = try #require(keeper.records.first)
        #expect(record.topic == "reservations.events")
        #expect(record.key.map { String(decoding: $0, as: UTF8.self) } == SampleEvents.id.rawValue)
        #expect(record.header("ce_specversion") == "1.0")
        #expect(record.header("ce_id") == "\(SampleEvents.id)/7/active/active")
        #expect(record.header("ce_source") == "/berth/worker/w-1")
        #expect(record.header("ce_type") == "dev.berth.reservation.active")
        #expect(record.header("ce_time") == "2026-09-21T14:13:20.000Z")
        #expect(record.header("content-type") == "application/json")
        #expect(record.header("traceparent") == nil)
        let body = try TestJSON(Data(record.value ?? []))
        #expect(body["expires_at"] == "2026-09-21T14:13:20.250Z")
        #expect(body["status"] == "active")
    }

    @Test func `what is published is what is heard`() async throws {
        let event = SampleEvents.event(.cancelling, version: 9)
        try await events.publish(event)
        try await events.publish(SampleEvents.report)
        try await events.hintCapacity(of: GPUType(unchecked: "h100"))
        let messages = keeper.records.map(\.message)
        #expect(try HeardEvent(messages[0]) == .reservation(event))
        #expect(try OrphanReport(messages[1]) == SampleEvents.report)
        #expect(try HeardEvent(messages[2]) == .capacityFreed(GPUType(unchecked: "h100")))
        #expect(
            keeper.records.map(\.topic) == ["reservations.events", "volumes.orphaned", "reservations.events"]
        )
        #expect(keeper.records[1].header("ce_type") == "dev.berth.volume.orphaned")
        #expect(keeper.records[2].header("ce_type") == "dev.berth.capacity.freed")
    }

    @Test func `the same said twice has the same id`() async throws {
        try await events.publish(SampleEvents.report)
        try await events.publish(SampleEvents.report)
        #expect(Set(keeper.records.map { $0.header("ce_id") }).count == 1)
    }

    @Test func `a trace is carried through`() async throws {
        try await TraceContext.$traceparent.withValue(Self.trace) {
            try await events.publish(SampleEvents.event(.pending, version: 1))
        }
        let message = try #require(keeper.records.first?.message)
        #expect(message.header("traceparent")?.text == Self.trace)
        #expect(try CloudEvent(of: message)?.traceparent == Self.trace)
    }

    @Test(
        "only a well-formed trace is taken",
        arguments: [
            (trace, true), ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331", false), ("", false),
            ("00-00000000000000000000000000000000-b7ad6b7169203331-01", false),
            ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
            ("00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
        ]
    )
    func traceparent(text: String, isTaken: Bool) {
        #expect(TraceContext.accepts(text) == isTaken)
    }
}
