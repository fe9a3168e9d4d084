import Foundation
import Reservations
import TestSupport
import Testing

/// What isn't a head goes seven days after it stopped being one; a head never does.
@Suite("Old snapshots") struct SnapshotSweepTests {
    private func plant(_ world: World, _ type: String = "shutdown", disk: DiskName = .unnamed) -> SnapshotID {
        world.volumes.plantSnapshot(
            tags: [
                VolumeTag.fleet: World.fleet.rawValue, VolumeTag.user: Message.ada.rawValue,
                VolumeTag.disk: disk.rawValue, VolumeTag.snapshotType: type,
            ],
            content: []
        )
    }

    private func plantDisk(_ world: World, head: SnapshotID?, name: DiskName = .unnamed) {
        let key = DiskKey(userID: Message.ada, name: name)
        world.ledger.plant(Disk(key: key, head: head, sizeGiB: 1, createdAt: TestTime.start))
    }

    /// Sweeps once an hour for some days.
    private func days(_ count: Double, _ world: World) async throws {
        for _ in 0..<Int(count * 24) {
            try await world.time.sleep(for: .seconds(3600))
            _ = try await world.janitor().sweep(within: .seconds(60))
        }
    }

    @Test func `a spare goes seven days after it was seen to be one, the head stays`() async throws {
        let world = World()
        let old = plant(world)
        let head = plant(world)
        plantDisk(world, head: head)
        try await world.run(within: .seconds(14 * 86_400)) {
            try await days(7.9, world)
            #expect(world.volumes.livingSnapshots == [old, head])
            try await days(0.3, world)
            #expect(world.volumes.livingSnapshots == [head])
        }
        #expect(world.ledger.peek(World.key)?.purging.isEmpty == true)
        #expect(world.ledger.fleetRowNow?.budget.hours.isEmpty == true)
    }

    @Test func `a head that bears an old mark never goes, nor another disk's head`() async throws {
        let world = World()
        let head = plant(world)
        let copied = plant(world)
        for id in [head, copied] { world.volumes.retag(id, VolumeTag.spareSince, "1") }
        plantDisk(world, head: head)
        plantDisk(world, head: copied, name: DiskName(unchecked: "copy"))
        try await world.run { try await days(1, world) }
        #expect(world.volumes.livingSnapshots == [head, copied])
    }

    /// Scenario 35.
    @Test func `a copy made just before the mark of the purge saves it`() async throws {
        let world = World()
        let old = plant(world)
        let head = plant(world)
        world.volumes.retag(old, VolumeTag.spareSince, "1")
        plantDisk(world, head: head)
        world.checkpoints.at(.purgingWritten) {
            plantDisk(world, head: old, name: DiskName(unchecked: "copy"))
        }
        try await world.run { _ = try await world.janitor().sweep(within: .seconds(60)) }
        #expect(world.volumes.livingSnapshots == [old, head])
    }

    @Test func `what a CreateVolume may still name stays`() async throws {
        let world = World()
        let old = plant(world)
        let head = plant(world)
        world.volumes.retag(old, VolumeTag.spareSince, "1")
        var disk = Disk(key: World.key, head: old, sizeGiB: 1, createdAt: TestTime.start)
        var row = Reservation(
            id: Message.id(1),
            request: Message.request(1),
            status: .preparing,
            createdAt: TestTime.start
        )
        row.diskIntent = DiskIntent(
            for: row,
            disk: disk,
            zone: "zone-a",
            fleet: World.fleet,
            defaults: DiskDefaults(),
            at: TestTime.start
        )
        world.ledger.plant(row)
        disk.head = head
        disk.holder = DiskHolder(reservation: row.id, generation: 1, headVersion: 0)
        world.ledger.plant(disk)
        try await world.run { _ = try await world.janitor().sweep(within: .seconds(60)) }
        #expect(world.volumes.livingSnapshots == [old, head])
    }

    @Test func `spares of a disk without a head count against the budget`() async throws {
        let world = World()
        for _ in 1...8 { world.volumes.retag(plant(world, "orphan"), VolumeTag.spareSince, "1") }
        plantDisk(world, head: nil)
        try await world.run { _ = try await world.janitor().sweep(within: .seconds(60)) }
        #expect(world.volumes.livingSnapshots.count == 3)
        #expect(world.ledger.fleetRowNow?.stop?.cause == .budgetSpent)
    }

    @Test(arguments: [Checkpoint.purgingWritten, .snapshotDeleted])
    func `a sweep that dies in the middle of it is finished by the next`(step: Checkpoint) async throws {
        let world = World()
        let old = plant(world)
        let head = plant(world)
        world.volumes.retag(old, VolumeTag.spareSince, "1")
        plantDisk(world, head: head)
        try await world.run {
            let life = Life()
            world.checkpoints.at(step) { life.kill() }
            world.simulation.start {
                await Life.$current.withValue(life) {
                    _ = try? await world.janitor().sweep(within: .seconds(60))
                }
            }
            try await world.until("it died") { life.isDead }
            _ = try await world.janitor().sweep(within: .seconds(60))
        }
        #expect(world.volumes.livingSnapshots == [head])
    }
}
