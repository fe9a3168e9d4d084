import Foundation
import Logging
import MetricsTestKit
import Reservations
import Synchronization
import Testing

@testable import Fleet

@Suite("What a janitor sees of the whole fleet") struct FleetLookTests {
    /// Told by the test how many messages wait; nil: the broker is away.
    private final class Broker: Sendable {
        let lag = Mutex<[String: Int64]?>(["reservations.requests": 7])
    }

    private func look(_ bench: LedgerBench, _ broker: Broker, _ time: LeapingTime) -> FleetLook {
        let sources = FleetSources(
            tables: bench.ledger,
            lag: {
                guard let lag = broker.lag.withLock({ $0 }) else { throw TestFailure("no broker") }
                return lag
            },
            time: time
        )
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return FleetLook(sources, policy: JanitorPolicy(), factory: TestMetrics(), logger: quiet)
    }

    private func value(_ look: FleetLook, _ name: String, _ label: String? = nil) -> Double? {
        look.readings.first { $0.name == name && (label == nil || $0.labels.first?.1 == label) }?.value
    }

    @Test func `reservations by status, and what waits by type`() async throws {
        let bench = try await LedgerBench()
        try await bench.ledger.commit(Decision(admitting: Sample.row(1)))
        try await bench.ledger.commit(Decision(admitting: Sample.row(2, .queued)))
        try await bench.ledger.commit(Decision(admitting: Sample.row(3, .queued)))
        let look = look(bench, Broker(), LeapingTime())
        _ = await look.look(.init())
        #expect(value(look, "berth_reservations", "pending") == 1)
        #expect(value(look, "berth_reservations", "queued") == 2)
        #expect(value(look, "berth_reservations", "active") == 0)
        #expect(value(look, "berth_queued_reservations", "t4") == 2)
        #expect(value(look, "berth_group_lag_messages", "reservations.requests") == 7)
    }

    @Test func `a worker whose beat stands still between two looks is silent, not alive`() async throws {
        let bench = try await LedgerBench()
        for number in 1...3 {
            try await bench.ledger.join(
                WorkerRow(
                    id: WorkerID(unchecked: "worker-\(number)"),
                    beat: 1,
                    state: .alive,
                    host: "host",
                    softwareVersion: "1.0",
                    inFlight: 0,
                    startedAt: Sample.start
                )
            )
        }
        let look = look(bench, Broker(), LeapingTime())
        var memory = await look.look(.init())
        #expect(value(look, "berth_workers", "beating") == 3)
        try await bench.ledger.beat(WorkerID(unchecked: "worker-1"), beat: 2, inFlight: 0)
        try await bench.ledger.declareDead(WorkerID(unchecked: "worker-3"), atBeat: 1)
        memory = await look.look(memory)
        #expect(value(look, "berth_workers", "beating") == 1)
        #expect(value(look, "berth_workers", "silent") == 1)
        #expect(value(look, "berth_workers", "dead") == 1)
    }

    @Test func `rows without a worker grow old; queued ones and those of the living don't count`()
        async throws
    {
        let bench = try await LedgerBench()
        var free = Sample.row(1)
        free.owner = nil
        try await bench.ledger.commit(Decision(admitting: free))
        var queued = Sample.row(2, .queued)
        queued.owner = nil
        try await bench.ledger.commit(Decision(admitting: queued))
        try await bench.ledger.commit(Decision(admitting: Sample.row(3)))
        let time = LeapingTime()
        let look = look(bench, Broker(), time)
        var memory = await look.look(.init())
        try await time.sleep(for: .seconds(400))
        memory = await look.look(memory)
        #expect(value(look, "berth_unowned_rows") == 1)
        #expect(value(look, "berth_unowned_rows_oldest_seconds") == 400)
        // Somebody takes it.
        var taken = try #require(try await bench.ledger.reservation(free.id))
        let before = taken
        taken.owner = Sample.worker
        try await bench.ledger.commit(Decision(from: before, to: taken))
        memory = await look.look(memory)
        #expect(value(look, "berth_unowned_rows") == 0)
        #expect(value(look, "berth_unowned_rows_oldest_seconds") == 0)
    }

    @Test func `an open cleanup's age is told until it is done`() async throws {
        let bench = try await LedgerBench()
        let time = LeapingTime()
        let made = time.now()
        let cleanup = Cleanup(volume: Sample.volume, report: nil, dueAt: made, createdAt: made)
        try await bench.ledger.commit(Decision([.cleanup(from: nil, to: cleanup)]))
        let look = look(bench, Broker(), time)
        try await time.sleep(for: .seconds(90_000))
        let memory = await look.look(.init())
        #expect(value(look, "berth_orphans_open") == 1)
        #expect(value(look, "berth_orphans_oldest_seconds") == 90_000)
        let stored = try #require(try await bench.ledger.cleanup(Sample.volume))
        var done = stored
        done.state = .deleted
        try await bench.ledger.commit(Decision([.cleanup(from: stored, to: done)]))
        _ = await look.look(memory)
        #expect(value(look, "berth_orphans_open") == 0)
        #expect(value(look, "berth_orphans_oldest_seconds") == 0)
    }

    @Test func `a stop is told with its cause`() async throws {
        let bench = try await LedgerBench()
        let row = try #require(try await bench.ledger.fleetRow())
        var stopped = row
        stopped.stop = FleetRow.Stop(.budgetSpent, "too many", at: Sample.start)
        try await bench.ledger.commit(Decision([.fleet(from: row, to: stopped)]))
        let look = look(bench, Broker(), LeapingTime())
        _ = await look.look(.init())
        #expect(value(look, "berth_janitor_stopped", "budget_spent") == 1)
        #expect(value(look, "berth_janitor_stopped", "by_person") == 0)
        #expect(value(look, "berth_sweep_completed_timestamp_seconds") == 0)
        #expect(value(look, "berth_janitor_budget_limit") == 5)
    }

    @Test func `what can't be looked at isn't shown, and the rest is`() async throws {
        let bench = try await LedgerBench()
        let broker = Broker()
        let look = look(bench, broker, LeapingTime())
        var memory = await look.look(.init())
        broker.lag.withLock { $0 = nil }
        memory = await look.look(memory)
        #expect(value(look, "berth_group_lag_messages") == nil)
        #expect(value(look, "berth_workers", "beating") == 0)
        broker.lag.withLock { $0 = ["reservations.requests": 1] }
        _ = await look.look(memory)
        #expect(value(look, "berth_group_lag_messages") == 1)
    }
}
