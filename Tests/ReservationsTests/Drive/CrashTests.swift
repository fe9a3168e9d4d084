import Foundation
import Reservations
import TestSupport
import Testing

@Suite("A worker dies, another goes on") struct CrashTests {
    private let id = Message.id(1)

    @Test(arguments: Checkpoint.onTheWayUp, [nil, 3, 11] as [UInt64?])
    func `killed at any step, the server comes up on the same volume, once`(
        point: Checkpoint,
        seed: UInt64?
    ) async throws {
        let world = World(seed: seed)
        try await world.run {
            let one = try await world.worker("worker-1")
            world.checkpoints.at(point) { one.kill() }
            world.simulation.start { _ = await one.send(Message.request(1)) }
            try await world.until("it got there") { world.checkpoints.reached.contains(point) }
            _ = try await world.worker("worker-2")
            try await world.until(id, is: .active)
            try await world.until("it is published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        let row = try #require(world.ledger.peek(id))
        #expect(world.volumes.all.map(\.id) == [try #require(row.volumeID)])
        #expect(row.podIntent?.storage.volume == row.volumeID)
        #expect(world.pods.posts.count == 1)
        #expect(world.pods.posts.first?.intent.hostKey == row.connection?.hostKey)
        #expect(world.events.orphans.isEmpty)
        if point != .active { #expect(row.fence == Fence(2)) }
        world.audit()
    }

    @Test(arguments: Checkpoint.onTheWayDown, [nil, 5] as [UInt64?])
    func `killed while it ends, another ends it`(point: Checkpoint, seed: UInt64?) async throws {
        let world = World(seed: seed)
        try await world.run {
            let one = try await world.worker("worker-1")
            world.startJanitor()
            #expect(await one.send(Message.request(1)) == .done)
            try await world.until(id, is: .active)
            world.checkpoints.at(point) { one.kill() }
            world.simulation.start { _ = await one.cancel(id) }
            try await world.until("it got there") { world.checkpoints.reached.contains(point) }
            _ = try await world.worker("worker-2")
            try await world.until(id, is: .cancelled)
            try await world.until("all is gone") { world.volumes.living.isEmpty }
            try await world.until("it is published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        world.auditEmptiness()
    }

    @Test(arguments: Checkpoint.onTheWayUp)
    func `everybody dies, and when the fleet starts again a day later nothing is left behind`(
        point: Checkpoint
    ) async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            world.checkpoints.at(point) { one.kill() }
            world.simulation.start { _ = await one.send(Message.request(1)) }
            try await world.until("it got there") { world.checkpoints.reached.contains(point) }
            try await world.time.sleep(for: .seconds(24 * 3600))
            // Tokens of EC2 are long forgotten.
            world.volumes.forgetTokens()
            world.startJanitor()
            _ = try await world.worker("worker-2")
            try await world.until("it is up or over") {
                [.active, .expired, .failed].contains(world.ledger.peek(id)?.status)
            }
            if world.ledger.peek(id)?.status == .active {
                let volume = world.ledger.peek(id)?.podIntent?.storage.volume
                try await world.until("one volume is left") { world.volumes.living.map(\.id) == [volume] }
            } else {
                try await world.until("nothing is left") { world.volumes.living.isEmpty }
            }
            try await world.until("it is published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        #expect(world.pods.posts.count <= 1)
        world.audit()
    }

    @Test(arguments: Checkpoint.onTheWayUp, [nil, 7] as [UInt64?])
    func `paused past its death, it wakes and spoils nothing`(point: Checkpoint, seed: UInt64?) async throws {
        let world = World(seed: seed)
        try await world.run {
            let one = try await world.worker("worker-1")
            world.checkpoints.at(point) { one.pause() }
            world.simulation.start { _ = await one.send(Message.request(1)) }
            try await world.until("it got there") { world.checkpoints.reached.contains(point) }
            _ = try await world.worker("worker-2")
            try await world.until(id, is: .active)
            try await world.time.sleep(for: .seconds(3600))
            one.wake()
            try await world.until("it saw its death") { one.worker.standing != .alive }
            try await world.time.sleep(for: .seconds(60))
        }
        let row = try #require(world.ledger.peek(id))
        #expect(row.status == .active)
        #expect(world.volumes.all.map(\.id) == [try #require(row.volumeID)])
        #expect(world.pods.posts.count == 1)
        world.audit()
    }
}
