import Foundation
import Reservations
import TestSupport
import Testing

/// Scenario 14, the wrong world: nothing is deleted in it.
@Suite("A world that looks wrong") struct WorldCheckTests {
    /// Ten ended reservations, of which two left a volume, and a sweep that counted them.
    private func counted() async throws -> World {
        let world = World()
        for number in 1...10 { world.ledger.plant(World.ended(number)) }
        try await world.run { _ = try await world.janitor().sweep(within: .seconds(60)) }
        world.volumes.plantVolume(tags: World.tags(1))
        world.volumes.plantVolume(tags: World.tags(2))
        return world
    }

    private func sweep(_ world: World) async throws -> SweepReport {
        try await world.simulation.run {
            try await world.janitor().sweep(within: .seconds(60))
        }
    }

    @Test func `rows that have halved stop it`() async throws {
        let world = try await counted()
        for number in 5...10 { world.ledger.remove(Message.id(number)) }
        let report = try await sweep(world)
        #expect(report.stopped?.contains("10 rows") == true)
        #expect(world.volumes.living.count == 2)
        #expect(world.ledger.fleetRowNow?.stop?.cause == .rowsHalved)
        #expect(world.journal.alerts.count == 1)
    }

    @Test func `half of the rows is enough`() async throws {
        let world = try await counted()
        for number in 6...10 { world.ledger.remove(Message.id(number)) }
        let report = try await sweep(world)
        #expect(report.stopped == nil)
        #expect(world.volumes.living.isEmpty)
    }

    @Test func `rows old enough to be purged aren't missed`() async throws {
        let world = World()
        for number in 1...10 {
            var row = World.ended(number)
            row.createdAt = TestTime.start.addingTimeInterval(-29 * 86_400)
            world.ledger.plant(row)
        }
        world.ledger.plant(World.ended(11))
        try await world.run { _ = try await world.janitor().sweep(within: .seconds(60)) }
        for number in 1...10 { world.ledger.remove(Message.id(number)) }
        #expect(try await sweep(world).stopped == nil)
    }

    @Test func `without the fleet's row, or with another's, nothing goes`() async throws {
        for row in [nil, FleetRow(fleet: FleetID(unchecked: "fleet-2"))] {
            let world = try await counted()
            world.ledger.plant(row)
            let report = try await sweep(world)
            #expect(report.stopped != nil)
            #expect(world.volumes.living.count == 2)
            #expect(!world.journal.alerts.isEmpty)
        }
    }

    @Test func `a listing without a running server's volume is cut, and stops it`() async throws {
        let world = World()
        world.ledger.plant(World.ended(2))
        world.volumes.plantVolume(tags: World.tags(2))
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            world.volumes.unlist(try #require(world.ledger.peek(Message.id(1))?.volumeID))
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.stopped?.contains("weren't listed") == true)
        }
        #expect(world.volumes.living.count == 2)
    }

    @Test func `an empty listing while servers run stops it`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            // Another account: neither the listing nor the id shows it.
            world.volumes.vanish(try #require(world.ledger.peek(Message.id(1))?.volumeID))
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.stopped?.contains("no volume was listed") == true)
        }
    }

    @Test func `a listing that breaks off deletes nothing`() async throws {
        let world = World()
        world.volumes.setPageSize(1)
        for number in 1...3 {
            world.ledger.plant(World.ended(number))
            world.volumes.plantVolume(tags: World.tags(number))
        }
        try await world.run {
            world.volumes.fail(.list, VolumeError(.tryLater, "throttled"), after: 2)
            await #expect(throws: VolumeError.self) {
                _ = try await world.janitor().sweep(within: .seconds(60))
            }
        }
        #expect(world.volumes.living.count == 3)
        #expect(world.ledger.allCleanups.isEmpty)
    }

    @Test func `a dry run writes nothing and says what would go`() async throws {
        let world = try await counted()
        let before = world.ledger.writes.count
        let report = try await world.simulation.run {
            try await world.janitor().sweep(within: .seconds(60), isDryRun: true)
        }
        #expect(report.wouldDelete.count == 2)
        #expect(world.ledger.writes.count == before)
        #expect(world.volumes.living.count == 2)
    }
}
