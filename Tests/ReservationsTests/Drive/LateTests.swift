import Foundation
import Reservations
import TestSupport
import Testing

@Suite("What comes too late") struct LateTests {
    private let id = Message.id(1)

    /// Scenario 7.
    @Test func `an id that comes back after the end is in the receipt, published, and its volume deleted`()
        async throws
    {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            world.startJanitor()
            world.volumes.beforeCreate { one.pause() }
            world.simulation.start { _ = await one.send(Message.request(1)) }
            try await world.until("it is about to call") { world.ledger.peek(id)?.diskIntent != nil }
            let two = try await world.worker("worker-2")
            // The replay that would settle the intent fails, and so does the look for its tag.
            world.volumes.trouble(.fail(VolumeError(.tryLater, "VolumeLimitExceeded")))
            _ = await two.cancel(id)
            try await world.until(id, is: .cancelled)
            #expect(world.ledger.peek(id)?.receipt?.outcomes[.intentSettled] == .leftToJanitor)
            #expect(world.volumes.all.isEmpty)
            one.wake()
            try await world.until("the volume came and went") {
                !world.volumes.all.isEmpty && world.volumes.living.isEmpty
            }
            try await world.until("it is heard") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        #expect(world.ledger.peek(id)?.receipt?.volumes == world.volumes.all.map(\.id))
        #expect(world.ledger.peek(id)?.status == .cancelled)
    }

    /// Scenario 30.
    @Test func `a second volume for a forgotten token is an orphan, and the first stays`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            world.volumes.beforeCreate { one.pause() }
            world.simulation.start { _ = await one.send(Message.request(1, hours: 100)) }
            try await world.until("it is about to call") { world.ledger.peek(id)?.diskIntent != nil }
            _ = try await world.worker("worker-2")
            try await world.until(id, is: .active)
            try await world.time.sleep(for: .seconds(13 * 3600))
            world.volumes.forgetTokens()
            one.wake()
            try await world.until("the second is reported") { !world.events.orphans.isEmpty }
            world.startJanitor()
            try await world.until("and deleted") { world.volumes.living.count == 1 }
        }
        #expect(world.volumes.all.count == 2)
        #expect(world.volumes.living.map(\.id) == [world.ledger.peek(id)?.podIntent?.storage.volume])
        #expect(world.volumes.allSnapshots.isEmpty)
    }

    /// Scenario 6.
    @Test(arguments: [nil, 1, 2] as [UInt64?])
    func `a pod posted after the receipt goes with its dead anchor, and the disk is saved and freed`(
        seed: UInt64?
    ) async throws {
        let world = World(seed: seed)
        try await world.run {
            let one = try await world.worker("worker-1")
            world.startJanitor()
            world.pods.beforePost { one.pause() }
            world.simulation.start { _ = await one.send(Message.request(1)) }
            try await world.until("it is about to post") { world.ledger.peek(id)?.podIntent != nil }
            let two = try await world.worker("worker-2")
            _ = await two.cancel(id)
            try await world.until(id, is: .cancelled)
            one.wake()
            try await world.until("it is posted") { !world.pods.posts.isEmpty }
            try await world.until("all is gone") {
                world.volumes.living.isEmpty && world.pods.everything(of: id).isEmpty
            }
        }
        #expect(world.pods.anchorsMade(of: id) == 1)
        world.auditEmptiness()
    }

    /// Rule 2: an id that can't be written is published; it is never dropped.
    @Test func `while the table refuses to take an id, it is published`() async throws {
        let world = World()
        world.ledger.inject(.fail(.unavailable), into: .record, times: 1_000)
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until("it is published", within: .seconds(120)) { !world.events.orphans.isEmpty }
        }
        #expect(world.events.orphans.first?.volume == world.volumes.all.first?.id)
    }

    @Test func `a lost answer of the fact's write changes nothing`() async throws {
        let world = World()
        world.ledger.inject(.loseAnswer, into: .record)
        let row = try await world.provision(until: .active)
        #expect(world.volumes.all.map(\.id) == [row.volumeID])
        #expect(world.events.orphans.isEmpty)
    }

    @Test(arguments: 1...12)
    func `whichever write's answer is lost, the server comes up once`(number: Int) async throws {
        let world = World()
        let count = Counter()
        world.ledger.before({ _ in count.next() == number }) {
            world.ledger.inject(.loseAnswer, into: .commit)
        }
        try await world.run {
            let worker = try await world.worker()
            _ = await world.repeated { await worker.send(Message.request(1)) }
            try await world.until(id, is: .active)
        }
        #expect(world.volumes.all.count == 1)
        #expect(world.pods.posts.count == 1)
    }
}
