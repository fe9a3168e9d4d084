import Foundation
import Reservations
import TestSupport
import Testing

/// Orphans beyond volumes: what an ended reservation left in the cluster and in the tables.
@Suite("What else is left over") struct LeftoverTests {
    @Test func `objects of ended reservations go, of living and unknown ones stay`() async throws {
        let world = World()
        world.ledger.plant(World.ended(2))
        world.pods.plant("Service", of: Message.id(2))
        world.pods.plant("PersistentVolume", of: Message.id(2))
        world.pods.plant("Pod", of: Message.id(9))
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            let living = world.pods.everything(of: Message.id(1)).count
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.leftovers.map(\.kind).sorted() == ["PersistentVolume", "Service"])
            try await world.time.sleep(for: .seconds(60))
            #expect(world.pods.everything(of: Message.id(1)).count == living)
        }
        #expect(world.pods.everything(of: Message.id(2)).isEmpty)
        #expect(!world.pods.everything(of: Message.id(9)).isEmpty)
    }

    @Test func `promises and locks of ended reservations end, others stay`() async throws {
        let world = World()
        world.ledger.plant(World.ended(2))
        var node = NodeCapacity(gpuType: World.t4, node: "node-9")
        node.promises = [Message.id(2).rawValue: 2, Message.id(3).rawValue: 1]
        world.ledger.plant(node)
        var living = World.ended(3)
        living.status = .preparing
        world.ledger.plant(living)
        var disk = Disk(key: World.key, head: nil, sizeGiB: 1, createdAt: TestTime.start)
        disk.holder = DiskHolder(reservation: Message.id(2), generation: 1, headVersion: 0)
        world.ledger.plant(disk)
        try await world.run {
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.leftovers.map(\.kind) == ["Promise", "Lock"])
        }
        let left = world.ledger.allCapacity.first { $0.node == "node-9" }?.promises
        #expect(left == [Message.id(3).rawValue: 1])
        #expect(world.ledger.peek(World.key)?.holder == nil)
    }

    @Test func `what is still unpublished is published, and rows without a worker are named`() async throws {
        let world = World()
        var silent = World.ended(1)
        silent.unpublished = [.status]
        world.ledger.plant(silent)
        var waiting = Reservation(
            id: Message.id(2),
            request: Message.request(2),
            status: .pending,
            createdAt: TestTime.start.addingTimeInterval(-600)
        )
        waiting.owner = nil
        world.ledger.plant(waiting)
        try await world.run {
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.published == [Message.id(1)])
            #expect(report.untaken == [Message.id(2)])
            #expect(try await world.janitor().sweep(within: .seconds(60)).published.isEmpty)
        }
        #expect(world.events.events.map(\.reservation) == [Message.id(1)])
        #expect(world.ledger.peek(Message.id(1))?.unpublished.isEmpty == true)
    }
}
