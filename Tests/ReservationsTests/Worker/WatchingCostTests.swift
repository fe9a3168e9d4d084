import Foundation
import Reservations
import TestSupport
import Testing

@Suite("What watching costs") struct WatchingCostTests {
    /// Calls a second and worker, of those whose names begin so.
    private func rate(_ counts: [String: Int], _ prefix: String, _ workers: Int, _ time: Duration) -> Double {
        let calls = counts.filter { $0.key.hasPrefix(prefix) }.values.reduce(0, +)
        return Double(calls) / (time / .seconds(1)) / Double(workers)
    }

    private func show(_ counts: [String: Int], _ title: String, _ workers: Int, _ time: Duration) {
        let lines = counts.keys.sorted().map { name in
            String(format: "  %-17@ %.3f", name as NSString, rate(counts, name, workers, time))
        }
        print("\(title), calls a second and worker:\n\(lines.joined(separator: "\n"))")
    }

    @Test func `200 idle workers read at most three times a second each, and write their beats`() async throws
    {
        let world = World()
        let count = 200
        try await world.run {
            _ = try await world.workers(count)
            try await world.time.sleep(for: .seconds(16))
            _ = world.counts.takeCounts()
            try await world.time.sleep(for: .seconds(30))
            let idle = world.counts.takeCounts()
            show(idle, "200 idle workers", count, .seconds(30))
            #expect((0.45...0.55).contains(rate(idle, "write", count, .seconds(30))))
            #expect(rate(idle, "read", count, .seconds(30)) <= 3)
            #expect(rate(idle, "read roster", count, .seconds(30)) <= 0.2)
        }
    }

    @Test func `a roster full of the dead costs little more`() async throws {
        let world = World()
        let count = 20
        for number in 1...60 {
            world.ledger.plant(
                WorkerRow(
                    id: WorkerID(unchecked: "gone-\(number)"),
                    beat: 9,
                    state: .dead,
                    host: "",
                    softwareVersion: "",
                    inFlight: 0,
                    startedAt: TestTime.start
                )
            )
        }
        try await world.run {
            _ = try await world.workers(count)
            try await world.time.sleep(for: .seconds(46))
            _ = world.counts.takeCounts()
            try await world.time.sleep(for: .seconds(60))
            let counts = world.counts.takeCounts()
            show(counts, "20 workers among 60 rows of the dead", count, .seconds(60))
            #expect(rate(counts, "read", count, .seconds(60)) <= 4)
        }
        // Each is let go once, by the first of its heirs, give or take who knew of whom.
        #expect((1...60).allSatisfy { world.ledger.peek(WorkerID(unchecked: "gone-\($0)"))?.purgeAt != nil })
    }

    @Test func `a long queue isn't read row by row by everybody`() async throws {
        let world = World()
        world.pods.setNodes([World.node("node-1", gpus: 0)])
        for number in 1...300 {
            world.ledger.plant(
                Reservation(
                    id: Message.id(number),
                    request: Message.request(number, user: UserID(unchecked: "user\(number)")),
                    status: .queued,
                    createdAt: TestTime.start
                )
            )
        }
        let count = 10
        try await world.run {
            _ = try await world.workers(count)
            try await world.time.sleep(for: .seconds(46))
            _ = world.counts.takeCounts()
            try await world.time.sleep(for: .seconds(60))
            let counts = world.counts.takeCounts()
            show(counts, "10 workers before a queue of 300", count, .seconds(60))
            #expect(rate(counts, "read", count, .seconds(60)) <= 6)
        }
    }
}
