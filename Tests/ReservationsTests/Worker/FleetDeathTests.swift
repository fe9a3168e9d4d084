import Foundation
import Reservations
import TestSupport
import Testing

/// Rule 3 of the design, over whole fleets.
@Suite("Deaths in a fleet") struct FleetDeathTests {
    /// Scenario 33.
    @Test(arguments: [1, 2, 3] as [UInt64]) func `a ledger that is away for a minute kills nobody`(
        seed: UInt64
    ) async throws {
        let world = World(seed: seed)
        try await world.run {
            let workers = try await world.workers(8)
            try await world.time.sleep(for: .seconds(33))
            world.ledger.setAway(true)
            try await world.time.sleep(for: .seconds(60))
            #expect(workers.allSatisfy { $0.worker.standing == .alive })
            let told = await workers[0].send(Message.request(1))
            guard case .againSoon(let reason) = told else { return #expect(Bool(false), "\(told)") }
            #expect(reason.contains("lease"))
            world.ledger.setAway(false)
            try await world.time.sleep(for: .seconds(120))
            #expect(world.dead(among: workers).isEmpty)
            #expect(await workers[0].send(Message.request(1)) == .done)
        }
    }

    @Test(arguments: [20, 64]) func `half a fleet that dies at once is adopted within two leases`(
        count: Int
    ) async throws {
        let world = World()
        // Nobody gets a GPU, so that the rows stay who owns them.
        world.pods.setNodes([])
        try await world.run {
            let workers = try await world.workers(count)
            try await world.time.sleep(for: .seconds(9))
            // Neighbours in the order of ids die together, and every second worker of the rest.
            let doomed = Array(workers.prefix(count / 4)) + workers.dropFirst(count / 2).prefix(count / 4)
            for worker in doomed { worker.kill() }
            let killed = world.time.monotonic()
            var rows: [ReservationID] = []
            for (index, worker) in doomed.enumerated() {
                rows += world.plantRows(20, of: worker, from: 1 + index * 20)
            }
            let ids = rows
            try await world.until("all are adopted", within: .seconds(120)) {
                ids.allSatisfy { (world.ledger.peek($0)?.fence ?? .none) > Fence(1) }
            }
            let took = world.time.monotonic() - killed
            print(
                "\(ids.count) rows of \(doomed.count) of \(count) workers were adopted \(took) after the kill"
            )
            #expect(took <= world.settings.lease * 2)
            #expect(world.dead(among: workers) == doomed.map(\.id.rawValue).sorted())
            #expect(world.events.deaths.count == doomed.count)
        }
    }

    @Test func `one death in a large fleet is adopted within two leases, with no hint heard`() async throws {
        let world = World()
        world.pods.setNodes([])
        try await world.run {
            let workers = try await world.workers(64)
            try await world.time.sleep(for: .seconds(9))
            workers[40].kill()
            let killed = world.time.monotonic()
            let ids = world.plantRows(40, of: workers[40], from: 1)
            try await world.until("all are adopted", within: .seconds(120)) {
                ids.allSatisfy { (world.ledger.peek($0)?.fence ?? .none) > Fence(1) }
            }
            let took = world.time.monotonic() - killed
            print("40 rows of one of 64 workers were adopted \(took) after the kill")
            #expect(took <= world.settings.lease * 2)
            // Several share them; rows that went to the queue may have been taken up by others since.
            #expect(world.adopters.count >= 4)
        }
    }

    @Test func `the heirs look at once when they hear of a death`() async throws {
        var settings = WorkerSettings()
        settings.urgentLook = .seconds(60)
        settings.fullLook = .seconds(600)
        let world = World(settings: settings)
        world.pods.setNodes([])
        try await world.run {
            let workers = try await world.workers(3)
            try await world.time.sleep(for: .seconds(100))
            workers[0].kill()
            let ids = world.plantRows(6, of: workers[0], from: 1)
            try await world.ledger.declareDead(
                workers[0].id,
                atBeat: world.ledger.peek(workers[0].id)?.beat ?? 0
            )
            let told = world.time.monotonic()
            for worker in workers.dropFirst() { worker.worker.died(workers[0].id) }
            try await world.until("all are adopted", within: .seconds(120)) {
                ids.allSatisfy { (world.ledger.peek($0)?.fence ?? .none) > Fence(1) }
            }
            #expect(world.time.monotonic() - told < .seconds(2))
        }
    }

    @Test func `most of a fleet at once gets another lease, and is adopted after it`() async throws {
        let world = World()
        try await world.run {
            let workers = try await world.workers(8)
            try await world.time.sleep(for: .seconds(9))
            for worker in workers.prefix(6) { worker.kill() }
            try await world.time.sleep(for: .seconds(28))
            #expect(world.dead(among: workers).isEmpty)
            try await world.time.sleep(for: .seconds(10))
            #expect(world.dead(among: workers).count == 6)
        }
    }

    @Test func `who joins during a mass death takes part, and dies of nothing`() async throws {
        let world = World()
        world.pods.setNodes([])
        try await world.run {
            let workers = try await world.workers(10)
            try await world.time.sleep(for: .seconds(9))
            for worker in workers.prefix(5) { worker.kill() }
            var rows: [ReservationID] = []
            for (index, worker) in workers.prefix(5).enumerated() {
                rows += world.plantRows(20, of: worker, from: 1 + index * 20)
            }
            try await world.time.sleep(for: .seconds(9))
            let late = try await world.workers(5, from: 11)
            let ids = rows
            try await world.until("all are adopted", within: .seconds(21)) {
                ids.allSatisfy { (world.ledger.peek($0)?.fence ?? .none) > Fence(1) }
            }
            #expect(world.dead(among: workers).count == 5)
            #expect(world.dead(among: late).isEmpty)
            #expect(late.contains { world.adopters.contains($0.id) })
            try await world.time.sleep(for: .seconds(60))
            #expect(world.dead(among: workers + late).count == 5)
        }
    }

    /// Scenario 21.
    @Test func `paused past its lease it is declared dead, starts nothing when it wakes, and ends`()
        async throws
    {
        let world = World()
        try await world.run {
            let paused = try await world.worker("worker-1")
            let other = try await world.worker("worker-2")
            try await world.time.sleep(for: .seconds(30))
            paused.pause()
            let row = world.plantRows(1, of: paused, from: 1)[0]
            try await world.until(row, is: .active)
            #expect(world.ledger.peek(row)?.owner != paused.id)
            let volumes = world.volumes.all.count
            paused.wake()
            let told = await paused.send(Message.request(2, user: UserID(unchecked: "bob")))
            #expect(told == .againSoon("this worker's lease isn't certain"))
            try await world.until("it knows") { paused.worker.standing == .declaredDead }
            try await world.time.sleep(for: .seconds(30))
            #expect(world.ledger.peek(Message.id(2)) == nil)
            #expect(world.volumes.all.count == volumes)
            #expect(other.worker.standing == .alive)
        }
        world.audit()
    }

    @Test func `a watcher that was itself paused counts nothing of the time meanwhile`() async throws {
        let world = World()
        try await world.run {
            let watcher = try await world.worker("worker-1")
            let watched = try await world.worker("worker-2")
            try await world.time.sleep(for: .seconds(30))
            watched.pause()
            try await world.time.sleep(for: .seconds(4))
            watcher.pause()
            try await world.time.sleep(for: .seconds(300))
            watcher.wake()
            try await world.time.sleep(for: .seconds(7))
            // It saw the beat stand still for 4 s and then for 7 s, whatever the clock says.
            #expect(world.dead(among: [watched]).isEmpty)
            try await world.time.sleep(for: .seconds(15))
            #expect(world.dead(among: [watched]).count == 1)
        }
    }
}
