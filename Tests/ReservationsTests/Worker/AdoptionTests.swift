import Foundation
import Reservations
import TestSupport
import Testing

@Suite("What nobody drives is taken over") struct AdoptionTests {
    private func queued(_ number: Int, gpus: Int = 1, at seconds: TimeInterval = 0) -> Reservation {
        let user = UserID(unchecked: "user\(number)")
        return Reservation(
            id: Message.id(number),
            request: Message.request(number, user: user, gpus: gpus),
            status: .queued,
            createdAt: TestTime.start + seconds
        )
    }

    @Test func `a worker's graceful end hands its rows over at once`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            world.checkpoints.at(.volumeIDWritten) { one.stop() }
            _ = await one.send(Message.request(1))
            try await world.until("it left") { world.ledger.peek(one.id)?.state == .dead }
            let left = world.time.monotonic()
            _ = try await world.worker("worker-2")
            try await world.until(Message.id(1), is: .active)
            #expect(world.time.monotonic() - left < .seconds(40))
        }
        #expect(world.volumes.all.count == 1)
    }

    /// Scenario 33.
    @Test func `an outage of the ledger kills nobody`() async throws {
        let world = World()
        try await world.run {
            for number in 1...3 { _ = try await world.worker("worker-\(number)") }
            try await world.time.sleep(for: .seconds(30))
            world.ledger.setAway(true)
            try await world.time.sleep(for: .seconds(20))
            world.ledger.setAway(false)
            try await world.time.sleep(for: .seconds(120))
            for number in 1...3 {
                #expect(world.ledger.peek(WorkerID(unchecked: "worker-\(number)"))?.state == .alive)
            }
        }
    }

    /// Scenario 37.
    @Test func `a row admitted by the dead is adopted`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            world.ledger.before({ $0.reservation?.status == .pending }) {
                try? await world.ledger.declareDead(one.id, atBeat: world.ledger.peek(one.id)?.beat ?? 0)
            }
            _ = try await world.worker("worker-2")
            world.simulation.start { _ = await one.send(Message.request(1)) }
            try await world.until(Message.id(1), is: .active)
        }
        #expect(world.volumes.all.count == 1)
        #expect(world.pods.posts.count == 1)
    }

    @Test func `rows of a worker that the roster doesn't know are adopted`() async throws {
        let world = World()
        var row = Reservation(
            id: Message.id(1),
            request: Message.request(1),
            status: .pending,
            createdAt: TestTime.start
        )
        row.owner = WorkerID(unchecked: "purged-long-ago")
        row.fence = Fence(3)
        world.ledger.plant(row)
        try await world.run {
            _ = try await world.worker()
            try await world.until(Message.id(1), is: .active)
        }
        #expect(world.ledger.peek(Message.id(1))?.fence == Fence(4))
    }

    @Test(arguments: [nil, 1, 2, 3, 4, 5, 6, 7, 8, 9] as [UInt64?])
    func `first come, first served: a small request doesn't overtake a large one`(seed: UInt64?) async throws
    {
        let world = World(seed: seed)
        world.pods.setNodes([World.node("node-1")])
        world.ledger.plant(queued(2, gpus: 4, at: 0))
        for number in 3...5 { world.ledger.plant(queued(number, at: TimeInterval(number))) }
        try await world.run {
            let worker = try await world.worker()
            try await world.until(Message.id(2), is: .active)
            try await world.time.sleep(for: .seconds(60))
            #expect(world.ledger.allReservations.filter { $0.status == .queued }.count == 3)
            _ = await worker.cancel(Message.id(2), by: UserID(unchecked: "user2"))
            for number in 3...5 { try await world.until(Message.id(number), is: .active) }
        }
    }

    @Test func `the oldest starts first, however long the queue`() async throws {
        let world = World()
        world.pods.setNodes([World.node("node-1", gpus: 1)])
        for number in 1...300 { world.ledger.plant(queued(number, at: TimeInterval(-number))) }
        try await world.run {
            _ = try await world.worker()
            try await world.until("one runs") {
                world.ledger.allReservations.contains { $0.status == .active }
            }
        }
        #expect(world.ledger.peek(Message.id(300))?.status == .active)
    }

    @Test func `behind a long queue, what must be heard is heard`() async throws {
        let world = World()
        world.pods.setNodes([World.node("node-1", gpus: 0)])
        for number in 1...300 { world.ledger.plant(queued(number)) }
        var ended = queued(400, at: 1)
        ended.status = .failed
        ended.unpublished = [.status]
        world.ledger.plant(ended)
        try await world.run {
            _ = try await world.worker()
            try await world.until("heard", within: .seconds(600)) {
                world.events.events.contains { $0.reservation == Message.id(400) && $0.status == .failed }
            }
        }
    }

    @Test func `a request that no node can hold any more fails instead of blocking the queue`() async throws {
        let world = World()
        world.pods.setNodes([World.node("node-1", gpus: 2)])
        world.ledger.plant(queued(2, gpus: 4, at: 0))
        world.ledger.plant(queued(3, at: 1))
        try await world.run {
            _ = try await world.worker()
            try await world.until(Message.id(2), is: .failed)
            try await world.until(Message.id(3), is: .active)
        }
    }

    @Test func `one row that can't be read keeps no other waiting`() async throws {
        let world = World()
        for number in 1...3 { world.ledger.plant(queued(number, at: TimeInterval(number))) }
        world.ledger.spoil(Message.id(1))
        try await world.run {
            _ = try await world.worker()
            try await world.until(Message.id(2), is: .active)
            try await world.until(Message.id(3), is: .active)
        }
    }

    @Test func `while no broker answers, rows are served all the same, and heard later`() async throws {
        let world = World()
        world.events.setDown(true)
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            world.ledger.plant(queued(2, at: 1))
            try await world.until(Message.id(2), is: .active)
            world.events.setDown(false)
            try await world.until("heard") {
                world.ledger.allReservations.map(\.unpublished.isEmpty) == [true, true]
            }
        }
    }

    @Test func `a server's time is over by the services' time, not by a local clock`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1, hours: 1))
            try await world.until(Message.id(1), is: .active)
            world.time.setServiceTime(offBy: nil)
            try await world.time.sleep(for: .seconds(2 * 3600))
            #expect(world.ledger.peek(Message.id(1))?.status == .active)
            world.time.setServiceTime(offBy: -7200)
            try await world.time.sleep(for: .seconds(120))
            #expect(world.ledger.peek(Message.id(1))?.status == .active)
            world.time.setServiceTime(offBy: 0)
            try await world.until(Message.id(1), is: .expired, within: .seconds(300))
        }
        #expect(world.ledger.peek(Message.id(1))?.receipt?.cause == "its time was over")
    }

    @Test func `a promise that outlived its reservation ends once the pod is seen gone`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1, withoutDisk: true))
            try await world.until(Message.id(1), is: .active)
            world.pods.change { $0.isStuckTerminating = true }
            _ = await worker.cancel(Message.id(1))
            try await world.until(Message.id(1), is: .cancelled)
            #expect(world.ledger.peek(Message.id(1))?.purgeAt == nil)
            world.pods.change { $0.isStuckTerminating = false }
            try await world.until("the promise ends") { world.ledger.peek(Message.id(1))?.promise == nil }
        }
        #expect(world.ledger.peek(Message.id(1))?.purgeAt != nil)
        world.audit()
    }

    /// Scenario 25.
    @Test func `an active server whose pod dies is ended, its disk saved, its GPU free`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            world.startJanitor()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            world.pods.endPod(of: Message.id(1), because: "Evicted")
            try await world.until(Message.id(1), is: .failed, within: .seconds(600))
            try await world.until("all is gone") { world.volumes.living.isEmpty }
        }
        #expect(world.ledger.peek(World.key)?.headVersion == 1)
        world.auditEmptiness()
    }
}
