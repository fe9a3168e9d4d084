import Foundation
import Reservations
import TestSupport
import Testing

@Suite("The janitor's work") struct JanitorTests {
    private let id = Message.id(1)
    private static let key = DiskKey(userID: Message.ada, name: .unnamed)

    /// A world in which reservation 1 was active and has been cancelled.
    private func used(_ world: World) async throws {
        let worker = try await world.worker()
        _ = await worker.send(Message.request(1))
        try await world.until(id, is: .active)
        _ = await worker.cancel(id)
        try await world.until(id, is: .cancelled)
        try await world.until("published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
    }

    @Test(arguments: [nil, 1, 2, 3, 4] as [UInt64?])
    func `last work becomes the head, the lock ends with it, then the volume goes`(seed: UInt64?) async throws
    {
        let world = World(seed: seed)
        try await world.run {
            try await used(world)
            world.startJanitor()
            try await world.until("the volume is gone") { world.volumes.living.isEmpty }
            try await world.until("it is noted") {
                world.ledger.allCleanups.allSatisfy { $0.state == .deleted }
            }
        }
        let disk = try #require(world.ledger.peek(Self.key))
        let snapshot = try #require(world.volumes.allSnapshots.first { $0.id == disk.head })
        #expect(snapshot.content == ["work of 0b8f3c52/1"])
        #expect(disk.headVersion == 1)
        #expect(disk.holder == nil)
        let together = world.ledger.writes.contains { write in
            guard case .decision(let decision, _) = write else { return false }
            return decision.rows.contains { row in
                if case .disk(let old?, let new) = row {
                    old.holder != nil && new.head == disk.head
                } else {
                    false
                }
            }
        }
        #expect(together)
        world.auditEmptiness()
    }

    @Test func `the next reservation starts from the head`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            world.startJanitor()
            for number in 1...3 {
                _ = await worker.send(Message.request(number))
                try await world.until(Message.id(number), is: .active)
                _ = await worker.cancel(Message.id(number))
                try await world.until(Message.id(number), is: .cancelled)
                try await world.until("saved") { world.ledger.peek(Self.key)?.holder == nil }
            }
            try await world.until("all gone") { world.volumes.living.isEmpty }
        }
        let disk = try #require(world.ledger.peek(Self.key))
        let head = try #require(world.volumes.allSnapshots.first { $0.id == disk.head })
        #expect(head.content.count == 3)
        #expect(disk.headVersion == 3)
    }

    /// Scenario 1.
    @Test func `a volume that no pod ever had never becomes a head`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            world.checkpoints.at(.diskReady) { _ = await worker.cancel(id) }
            _ = await worker.send(Message.request(1))
            try await world.until(id, is: .cancelled)
            _ = await worker.send(Message.request(2))
            try await world.until(Message.id(2), is: .active)
            world.startJanitor()
            try await world.until("the first is deleted") { world.volumes.living.count == 1 }
        }
        #expect(world.volumes.allSnapshots.isEmpty)
        #expect(world.ledger.peek(Self.key)?.holder?.reservation == Message.id(2))
    }

    /// Scenario 2.
    @Test func `while the last work is being saved, the disk's next request waits`() async throws {
        let world = World()
        try await world.run {
            try await used(world)
            let worker = try await world.worker("worker-2")
            _ = await worker.send(Message.request(2))
            try await world.until(Message.id(2), is: .queued)
            #expect(world.ledger.peek(Message.id(2))?.detail.contains("still being saved") == true)
            world.startJanitor()
            try await world.until(Message.id(2), is: .active)
        }
        let volume = try #require(world.ledger.peek(Message.id(2))?.volumeID)
        #expect(world.volumes.peek(volume)?.content == ["work of 0b8f3c52/1", "work of 0b8f3c52/1"])
    }

    @Test(arguments: [nil, 1, 2, 3, 4, 5] as [UInt64?])
    func `two janitors at once save and delete once`(seed: UInt64?) async throws {
        let world = World(seed: seed)
        try await world.run {
            try await used(world)
            world.startJanitor()
            world.startJanitor()
            try await world.until("the volume is gone") { world.volumes.living.isEmpty }
            try await world.until("it is noted") {
                world.ledger.allCleanups.allSatisfy { $0.state == .deleted }
            }
        }
        #expect(world.ledger.peek(Self.key)?.headVersion == 1)
        #expect(world.volumes.allSnapshots.first?.content == ["work of 0b8f3c52/1"])
        world.auditEmptiness()
    }

    /// Scenario 4.
    @Test func `an attached volume is neither saved nor deleted, however long it takes`() async throws {
        let world = World()
        try await world.run {
            try await used(world)
            let volume = try #require(world.volumes.living.first?.id)
            world.volumes.attach(volume, to: "a node that doesn't answer")
            world.startJanitor()
            try await world.time.sleep(for: .seconds(360))
            #expect(world.volumes.allSnapshots.isEmpty)
            world.volumes.write("late work", to: volume)
            world.volumes.detach(volume)
            try await world.until("the volume is gone") { world.volumes.living.isEmpty }
        }
        #expect(world.volumes.allSnapshots.first?.content == ["work of 0b8f3c52/1", "late work"])
        #expect(world.ledger.allCleanups.first?.wasSeenAttached == true)
    }

    /// Scenario 34.
    @Test func `a lost volume ends the lock, and the head stays`() async throws {
        let world = World()
        try await world.run {
            try await used(world)
            world.volumes.vanish(try #require(world.volumes.living.first?.id))
            world.startJanitor()
            try await world.time.sleep(for: .seconds(600))
            #expect(world.ledger.peek(Self.key)?.holder != nil)
            try await world.until("the lock ends") { world.ledger.peek(Self.key)?.holder == nil }
        }
        #expect(world.ledger.peek(Self.key)?.headVersion == 0)
        #expect(world.ledger.allCleanups.map(\.state) == [.gone])
        #expect(world.journal.warnings.contains { $0.contains("lost") })
    }

    /// Scenario 34, the other half.
    @Test func `a volume in error for a quarter of an hour ends the lock too`() async throws {
        let world = World()
        try await world.run {
            try await used(world)
            world.volumes.setState(try #require(world.volumes.living.first?.id), .error)
            world.startJanitor()
            try await world.until("the lock ends", within: .seconds(1200)) {
                world.ledger.peek(Self.key)?.holder == nil
            }
        }
        #expect(world.time.monotonic() > .seconds(900))
        #expect(world.volumes.allSnapshots.isEmpty)
        #expect(world.journal.warnings.contains { $0.contains("lost") })
    }

    @Test(arguments: [VolumeError.Code.tryLater, .wrongState, .notAllowed])
    func `an error is never taken for gone`(code: VolumeError.Code) async throws {
        let world = World()
        try await world.run {
            try await used(world)
            world.volumes.fail(.describe, VolumeError(code, "no"), times: 200)
            world.startJanitor()
            try await world.time.sleep(for: .seconds(1800))
            #expect(world.ledger.peek(Self.key)?.holder != nil)
            #expect(world.ledger.allCleanups.map(\.state) == [.open])
        }
    }

    @Test(arguments: [VolumeError.Code.inUse, .wrongState, .notFound, .tryLater])
    func `a refused delete is tried again`(code: VolumeError.Code) async throws {
        let world = World()
        try await world.run {
            try await used(world)
            world.volumes.fail(.delete, VolumeError(code, "no"), times: 3)
            world.startJanitor()
            try await world.until("the volume is gone") { world.volumes.living.isEmpty }
        }
        #expect(world.ledger.peek(Self.key)?.headVersion == 1)
    }

    /// Scenario 26: what an ending couldn't wait for is worked on by the janitor.
    @Test func `what was left in the cluster over budget is deleted before the disk is saved`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            world.startJanitor()
            _ = await worker.send(Message.request(1))
            try await world.until(id, is: .active)
            world.pods.change { $0.isSilent = true }
            _ = await worker.cancel(id)
            try await world.until(id, is: .cancelled)
            world.pods.change { $0.isSilent = false }
            try await world.until("the volume is gone") { world.volumes.living.isEmpty }
            try await world.until("the promise ended") {
                world.ledger.allCapacity.allSatisfy(\.promises.isEmpty)
            }
        }
        #expect(world.ledger.peek(Self.key)?.headVersion == 1)
        world.auditEmptiness()
    }
}
