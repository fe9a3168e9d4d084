import Foundation
import Reservations
import TestSupport
import Testing

/// What a sweep asks of the services, and how often.
@Suite("A sweep's calls") struct SweepCallTests {
    @Test func `many leftovers are looked at together, and deleted no faster than EC2 allows`() async throws {
        let world = World()
        let count = 300
        for number in 1...count {
            var row = World.ended(number)
            let volume = world.volumes.plantVolume(tags: World.tags(number))
            row.receipt?.volumes = [volume]
            world.ledger.plant(row)
        }
        try await world.run {
            let start = world.time.monotonic()
            let report = try await world.janitor().sweep(within: .seconds(600))
            #expect(report.deleted.count == count)
            #expect(report.isComplete)
            let seconds = (world.time.monotonic() - start) / .seconds(1)
            let beyondBurst = Double(count - world.policy.callBurst)
            #expect(seconds >= beyondBurst / world.policy.callRate)
            #expect(seconds < beyondBurst / world.policy.callRate + 60)
        }
        #expect(world.volumes.calls(of: "delete") == count)
        // By one and one it would be four looks each.
        #expect(world.volumes.calls(of: "describe") < 60)
    }

    @Test func `what waits is asked when it is due, not before`() async throws {
        let world = World()
        world.ledger.plant(World.ended(1))
        let volume = world.volumes.plantVolume(tags: World.tags(1))
        // In error, it is looked at the more seldom the longer it is.
        world.volumes.setState(volume, .error)
        try await world.run {
            var used = World.ended(1)
            used.podIntent = World.podIntent(volume)
            world.ledger.plant(used)
            let report = try await world.janitor().sweep(within: .seconds(800))
            #expect(report.open.map(\.volume) == [volume])
            #expect(world.volumes.calls(of: "describe") < 30)
        }
    }

    @Test func `what is due after its time is left to the next pass, which is told when`() async throws {
        let world = World()
        world.ledger.plant(World.ended(1))
        let volume = world.volumes.plantVolume(tags: World.tags(1))
        world.volumes.setState(volume, .creating)
        try await world.run {
            let start = world.time.monotonic()
            let report = try await world.janitor().sweep(within: .seconds(3))
            #expect(world.time.monotonic() - start < .seconds(3))
            #expect(!report.isComplete)
            let due = try #require(report.open.first?.dueAt)
            #expect(due > world.time.now())
        }
    }

    @Test func `orphans are listed with a look at many, not at each`() async throws {
        let world = World()
        for number in 1...100 {
            world.ledger.plant(World.ended(number))
            world.volumes.plantVolume(tags: World.tags(number))
        }
        try await world.run {
            let orphans = try await world.janitor().orphans()
            #expect(orphans.count == 100)
        }
        #expect(world.volumes.calls(of: "describe") == 1)
        #expect(world.volumes.calls(of: "snapshots") == 1)
    }
}
