import Foundation
import Reservations
import TestSupport
import Testing

@Suite("A cancel wins, in every phase") struct CancelTests {
    private let id = Message.id(1)
    private static let key = DiskKey(userID: Message.ada, name: .unnamed)

    @Test(arguments: Checkpoint.onTheWayUp, [nil, 2, 13] as [UInt64?])
    func `cancelled through another worker, it ends with a receipt and leaves nothing behind`(
        point: Checkpoint,
        seed: UInt64?
    ) async throws {
        let world = World(seed: seed)
        try await world.run {
            let one = try await world.worker("worker-1")
            let two = try await world.worker("worker-2")
            world.startJanitor()
            world.checkpoints.at(point) { _ = await two.cancel(id) }
            #expect(await one.send(Message.request(1)) == .done)
            try await world.until(id, is: .cancelled)
            try await world.until("all is gone") {
                world.volumes.living.isEmpty && world.ledger.peek(Self.key)?.holder == nil
            }
            try await world.until("it is published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        let row = try #require(world.ledger.peek(id))
        #expect(row.receipt?.by == "ada")
        #expect(world.volumes.all.count <= 1)
        #expect(world.events.events.last { $0.status == .cancelled }?.receipt != nil)
        if world.pods.posts.first?.intent.storage.volume != nil,
            world.volumes.all.first?.content.isEmpty == false
        {
            let head = try #require(world.ledger.peek(Self.key)?.head)
            let saved = world.volumes.allSnapshots.first { $0.id == head }
            #expect(saved?.content == world.volumes.all.first?.content)
        }
        world.auditEmptiness()
    }

    /// Scenario 29.
    @Test func `between SSH's answer and the write of active, the cancel wins`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            let two = try await world.worker("worker-2")
            world.ledger.before({ $0.reservation?.status == .active }) { _ = await two.cancel(id) }
            _ = await one.send(Message.request(1))
            try await world.until(id, is: .cancelled)
        }
        #expect(!world.events.events.contains { $0.status == .active })
        let wasActive = world.ledger.writes.contains { write in
            if case .decision(_, let after?) = write { after.status == .active } else { false }
        }
        #expect(!wasActive)
    }

    @Test func `the promise, the end and the lock of an unused disk are one write`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            world.checkpoints.at(.volumeIDWritten) { _ = await one.cancel(id) }
            _ = await one.send(Message.request(1))
            try await world.until(id, is: .cancelled)
        }
        let end = world.ledger.writes.compactMap { write -> Decision? in
            guard case .decision(let decision, let after?) = write, after.status == .cancelled else {
                return nil
            }
            return decision
        }.first
        let rows = try #require(end?.rows)
        #expect(rows.contains { if case .capacity(_, let new) = $0 { new.promises.isEmpty } else { false } })
        #expect(rows.contains { if case .disk(_, let new) = $0 { new.holder == nil } else { false } })
        let outcomes = try #require(world.ledger.peek(id)?.receipt).outcomes
        #expect(outcomes[.lockEnded] == .done)
        #expect(outcomes[.promiseEnded] == .done)
        #expect(outcomes[.volumeReported] == .leftToJanitor)
    }

    @Test func `the lock stays while the volume may hold work`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            _ = await one.send(Message.request(1))
            try await world.until(id, is: .active)
            _ = await one.cancel(id)
            try await world.until(id, is: .cancelled)
        }
        #expect(world.ledger.peek(Self.key)?.holder?.reservation == id)
        #expect(world.ledger.peek(id)?.receipt?.outcomes[.lockEnded] == .leftToJanitor)
    }

    @Test func `the receipt is told as it fills, and names what there was`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            _ = await one.send(Message.request(1))
            try await world.until(id, is: .active)
            _ = await one.cancel(id)
            try await world.until(id, is: .cancelled)
        }
        let sizes = world.events.events.filter { $0.status == .cancelling }
            .compactMap { $0.receipt?.entries.count }
        #expect(sizes == sizes.sorted())
        #expect(Set(sizes).count >= 3)
        let objects = world.ledger.peek(id)?.receipt?.entries.first { $0.step == .objectsDeleted }
        #expect(objects?.detail.contains("Pod gpu-dev-\(id)") == true)
        #expect(objects?.detail.contains("PersistentVolume gpu-dev-\(id)") == true)
    }

    @Test func `a cancel again, or after the end, is answered with how things stand`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            _ = await one.send(Message.request(1))
            try await world.until(id, is: .active)
            _ = await one.cancel(id)
            try await world.until(id, is: .cancelled)
            try await world.until("published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
            let before = world.events.events.count
            #expect(await one.cancel(id) == .done)
            try await world.until("told again") { world.events.events.count > before }
            #expect(world.events.events.last?.status == .cancelled)
            #expect(world.events.events.last?.receipt?.by == "ada")
            guard case .dead = await one.cancel(id, by: Message.bob) else { throw Surprise("accepted") }
            #expect(world.events.refusals.map(\.userID) == [Message.bob])
        }
    }

    @Test func `a queued reservation is cancelled without anything to undo`() async throws {
        let world = World()
        world.pods.setNodes([World.node("node-1", gpus: 1)])
        try await world.run {
            let one = try await world.worker("worker-1")
            _ = await one.send(Message.request(1))
            try await world.until(id, is: .active)
            _ = await one.send(Message.request(2, user: Message.bob))
            try await world.until(Message.id(2), is: .queued)
            #expect(await one.cancel(Message.id(2), by: Message.bob) == .done)
            try await world.until(Message.id(2), is: .cancelled)
            try await world.until("published") {
                world.ledger.peek(Message.id(2))?.unpublished.isEmpty == true
            }
        }
        world.audit()
    }

    @Test func `what Kubernetes doesn't let go is named in the receipt, within the budget`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            _ = await one.send(Message.request(1))
            try await world.until(id, is: .active)
            world.pods.change { $0.isStuckTerminating = true }
            _ = await one.cancel(id)
            try await world.until(id, is: .cancelled, within: world.settings.endingBudget + .seconds(60))
        }
        let row = try #require(world.ledger.peek(id))
        #expect(row.receipt?.outcomes[.objectsDeleted] == .overBudget)
        #expect(row.receipt?.outcomes[.promiseEnded] == .overBudget)
        // Its GPUs may still be in use: the promise stands until the pod is seen gone.
        #expect(world.ledger.allCapacity.contains { $0.promises[id.rawValue] != nil })
    }
}

extension Receipt {
    var outcomes: [Step: Outcome] {
        Dictionary(entries.map { ($0.step, $0.outcome) }, uniquingKeysWith: { first, _ in first })
    }
}
