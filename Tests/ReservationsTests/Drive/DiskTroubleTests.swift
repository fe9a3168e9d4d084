import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Disk trouble is not the user's trouble") struct DiskTroubleTests {
    private func intent(_ world: World, _ number: Int = 1) -> DiskIntent? {
        world.ledger.peek(Message.id(number))?.diskIntent
    }

    @Test func `who asks for no disk gets none, and no warning`() async throws {
        let world = World()
        let row = try await world.provision(Message.request(1, withoutDisk: true), until: .active)
        #expect(world.volumes.all.isEmpty)
        #expect(row.diskIntent == nil)
        #expect(row.warning == nil)
        #expect(row.podIntent?.storage.volume == nil)
    }

    @Test(arguments: [VolumeError.Code.cannotBeMade, .notAllowed])
    func `a disk that can't be made is an emptyDir and a warning`(code: VolumeError.Code) async throws {
        let world = World()
        world.volumes.trouble(.fail(VolumeError(code, "snapshot snap-1 does not exist")))
        let row = try await world.provision(until: .active)
        #expect(row.podIntent?.storage.volume == nil)
        #expect(row.warning?.contains("snapshot snap-1 does not exist") == true)
        #expect(world.ledger.peek(World.key)?.holder == nil)
        #expect(world.volumes.all.isEmpty)
    }

    @Test func `a volume that goes to error is made anew, and the old one reported`() async throws {
        let world = World()
        world.volumes.trouble(.goToError)
        let row = try await world.provision(until: .active)
        let (old, new) = (world.volumes.all[0].id, world.volumes.all[1].id)
        #expect(row.diskGeneration == 2)
        #expect(row.volumeID == new)
        #expect(row.podIntent?.storage == .volume(new, generation: 2))
        #expect(world.events.orphans.map(\.volume) == [old])
        #expect(world.events.orphans.map(\.generation) == [1])
        #expect(world.ledger.peek(World.key)?.holder?.generation == 2)
    }

    /// Scenario 16.
    @Test func `of a living reservation the janitor takes the burnt generation alone`() async throws {
        let world = World()
        world.volumes.trouble(.goToError)
        try await world.run {
            let worker = try await world.worker()
            world.startJanitor()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            try await world.until("the old one is gone") { world.volumes.living.count == 1 }
            try await world.time.sleep(for: .seconds(120))
        }
        #expect(world.volumes.living.map(\.id) == [world.ledger.peek(Message.id(1))?.volumeID])
    }

    @Test func `after three generations it goes on without a disk`() async throws {
        let world = World()
        for _ in 0..<3 { world.volumes.trouble(.goToError) }
        let row = try await world.provision(until: .active)
        #expect(row.podIntent?.storage.volume == nil)
        #expect(row.warning?.contains("3 attempts") == true)
        #expect(Set(world.events.orphans.map(\.volume)) == Set(world.volumes.all.map(\.id)))
        #expect(world.ledger.peek(World.key)?.holder == nil)
    }

    @Test func `while EC2 can't be read nobody loses a disk: the row steps back and starts again`()
        async throws
    {
        let world = World()
        world.volumes.fail(.describe, VolumeError(.tryLater, "RequestLimitExceeded"), times: 400)
        let row = try await world.provision(until: .active)
        #expect(row.podIntent?.storage.volume != nil)
        #expect(row.history.contains { $0.message.contains("can't be read") })
        #expect(world.events.orphans.map(\.volume) == [world.volumes.all[0].id])
    }

    /// Scenario 10.
    @Test func `an id under which nothing is ever found is given up for the next generation`() async throws {
        let world = World()
        world.volumes.trouble(.ghost)
        let row = try await world.provision(until: .active)
        #expect(row.diskGeneration == 2)
        #expect(row.volumeID == world.volumes.all.first?.id)
    }

    @Test(arguments: [VolumeError.Code.tryLater, .cannotBeMade, .tokenMismatch, .notFound])
    func `whatever a repeat answers, a volume that bears the tag is adopted`(
        code: VolumeError.Code
    ) async throws {
        let world = World()
        world.volumes.trouble(.failAfterEffect(VolumeError(code, "told to", mayHaveTakenEffect: true)))
        let row = try await world.provision(until: .active)
        #expect(world.volumes.all.map(\.id) == [row.volumeID])
        #expect(row.diskGeneration == 1)
        #expect(row.podIntent?.storage.volume == row.volumeID)
    }

    @Test func `a burnt token without a volume begins the next generation`() async throws {
        let world = World()
        let row = try await world.provision(until: .active) { _ in
            world.volumes.burn(
                DiskIntent.token(fleet: World.fleet, reservation: Message.id(1), generation: 1)
            )
        }
        #expect(row.diskGeneration == 2)
        #expect(world.volumes.all.count == 1)
    }

    @Test func `throttling is waited out, and nobody loses a disk for it`() async throws {
        let world = World()
        for _ in 0..<20 { world.volumes.trouble(.fail(VolumeError(.tryLater, "RequestLimitExceeded"))) }
        let row = try await world.provision(until: .active)
        #expect(row.podIntent?.storage.volume != nil)
        #expect(row.diskGeneration == 1)
    }

    @Test func `a lasting quota steps back to the queue, whole, and starts again later`() async throws {
        let world = World()
        for _ in 0..<2_000 { world.volumes.trouble(.fail(VolumeError(.tryLater, "VolumeLimitExceeded"))) }
        let row = try await world.provision(until: .queued)
        #expect(row.owner == nil)
        #expect(row.promise == nil)
        #expect(row.diskIntent == nil)
        #expect(row.diskGeneration == 2)
        #expect(row.notBefore != nil)
        #expect(world.ledger.peek(World.key)?.holder == nil)
        #expect(!world.ledger.allCapacity.contains { !$0.promises.isEmpty })
    }

    @Test func `a zone without capacity steps back, and the next try goes on`() async throws {
        let world = World()
        // The step back replays the open intent, so that one that took effect after all isn't lost.
        for _ in 0..<2 {
            world.volumes.trouble(.fail(VolumeError(.noCapacityInZone, "InsufficientVolumeCapacity")))
        }
        let row = try await world.provision(until: .active)
        #expect(row.podIntent?.storage.volume != nil)
        #expect(row.diskGeneration == 2)
        #expect(row.history.contains { $0.message.contains("zone-a") })
    }

    @Test func `an open intent that the step back settles is the disk, and nothing steps back`() async throws
    {
        let world = World()
        world.volumes.trouble(.fail(VolumeError(.noCapacityInZone, "InsufficientVolumeCapacity")))
        let row = try await world.provision(until: .active)
        #expect(row.diskGeneration == 1)
        #expect(row.podIntent?.storage.volume == row.volumeID)
        #expect(world.volumes.all.count == 1)
        #expect(world.events.orphans.isEmpty)
    }

    /// Scenario 3: nothing may mount a volume whose lock was given back.
    @Test func `an id that comes late, after the disk was given up, isn't mounted`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            world.volumes.trouble(.slow(.seconds(3)))
            world.volumes.trouble(.fail(VolumeError(.cannotBeMade, "no")))
            world.volumes.setTiming { $0.listingLag = .seconds(3600) }
            world.checkpoints.at(.intentWritten) { one.pause() }
            world.simulation.start { _ = await one.send(Message.request(1)) }
            try await world.until("it got there") { world.checkpoints.reached.contains(.intentWritten) }
            // The next call is the paused worker's; it is made after the other has given up.
            _ = try? await world.volumes.create(try #require(intent(world)))
            world.volumes.forgetTokens()
            _ = try await world.worker("worker-2")
            try await world.until("given up") { intent(world)?.givenUp != nil }
            let fact = VolumeFact(
                reservation: Message.id(1),
                generation: 1,
                token: try #require(intent(world)?.token),
                volume: world.volumes.all[0].id
            )
            _ = try await world.ledger.record(fact)
            try await world.until(Message.id(1), is: .active)
        }
        #expect(world.pods.posts.first?.intent.storage.volume == nil)
        #expect(world.ledger.peek(World.key)?.holder == nil)
    }

    @Test func `a held disk that was named is refused with the reason`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1, disk: "data"))
            try await world.until(Message.id(1), is: .active)
            _ = await worker.send(Message.request(2, disk: "data"))
            try await world.until(Message.id(2), is: .failed)
        }
        #expect(world.ledger.peek(Message.id(2))?.failureReason?.contains("in use by reservation") == true)
        #expect(world.ledger.peek(Message.id(2))?.promise == nil)
    }

    @Test func `a held disk that wasn't named is a server without one, and a warning`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            _ = await worker.send(Message.request(2))
            try await world.until(Message.id(2), is: .active)
        }
        let row = try #require(world.ledger.peek(Message.id(2)))
        #expect(row.podIntent?.storage.volume == nil)
        #expect(row.warning?.contains("in use by reservation") == true)
        #expect(world.ledger.peek(World.key)?.holder?.reservation == Message.id(1))
    }

    @Test func `a first use starts from the old system's newest snapshot`() async throws {
        let world = World()
        let tags = [VolumeTag.user: "ada", VolumeTag.disk: "default"]
        let head = world.volumes.plantSnapshot(tags: tags, content: ["old work"])
        let row = try await world.provision(until: .active)
        #expect(row.diskIntent?.snapshot == head)
        #expect(world.volumes.all.first?.content.first == "old work")
    }

    /// Scenario 31.
    @Test func `a head that moved meanwhile refuses the intent, which is made anew from it`() async throws {
        let world = World()
        let tags = [VolumeTag.user: "ada", VolumeTag.disk: "other"]
        let moved = world.volumes.plantSnapshot(tags: tags, content: ["newer"])
        world.ledger.before({ $0.reservation?.status == .preparing }) {
            var disk = Disk(key: World.key, head: moved, sizeGiB: 8, createdAt: world.time.now())
            disk.headVersion = 4
            disk.version = 5
            world.ledger.plant(disk)
        }
        let row = try await world.provision(until: .active)
        #expect(row.diskIntent?.snapshot == moved)
        #expect(row.diskIntent?.headVersion == 4)
    }
}
