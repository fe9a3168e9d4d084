import Reservations
import TestSupport
import Testing

/// A janitor that dies at any step, and two at once: the end is the same.
@Suite("The janitor dies") struct JanitorCrashTests {
    private static let steps: [Checkpoint] = [
        .verdictStored, .quarantined, .saveIDWritten, .snapshotStarted, .headMoved, .quarantineOver,
        .volumeDeleted, .deletionRecorded,
    ]

    @Test(arguments: steps, [nil, 3, 11] as [UInt64?])
    func `the next one goes on from what is`(step: Checkpoint, seed: UInt64?) async throws {
        let world = World(seed: seed, policy: JanitorPolicy())
        try await world.run {
            try await world.end(Message.id(1))
            let life = Life()
            world.checkpoints.at(step) { life.kill() }
            world.startJanitor(life: life)
            try await world.until("it died", within: .seconds(7200)) { life.isDead }
            world.startJanitor()
            try await finished(world)
        }
        check(world)
        // Only a snapshot that was begun and not yet written down can be made twice.
        #expect(world.volumes.allSnapshots.count == 1)
    }

    @Test(arguments: steps, [2, 7] as [UInt64?])
    func `it is paused there while another does the work, and wakes`(step: Checkpoint, seed: UInt64?)
        async throws
    {
        let world = World(seed: seed, policy: JanitorPolicy())
        try await world.run {
            try await world.end(Message.id(1))
            let life = Life()
            world.checkpoints.at(step) { life.pause() }
            world.startJanitor(life: life)
            try await world.until("it stands", within: .seconds(7200)) {
                world.checkpoints.reached.contains(step)
            }
            world.startJanitor()
            try await finished(world)
            life.wake()
            try await world.time.sleep(for: .seconds(600))
        }
        check(world)
    }

    @Test(arguments: (1...12).map(UInt64.init))
    func `two at once make one head, and any second snapshot is a spare`(seed: UInt64) async throws {
        let world = World(seed: seed, policy: JanitorPolicy())
        // The listing doesn't show a new snapshot for a while: both may make one.
        world.volumes.setTiming { $0.snapshotLag = .seconds(8) }
        try await world.run {
            try await world.end(Message.id(1))
            world.startJanitor()
            world.startJanitor()
            try await finished(world)
        }
        check(world)
        #expect(world.volumes.allSnapshots.count <= 2)
        #expect(Set(world.volumes.allSnapshots.map { $0.tags[VolumeTag.saveID] }).count == 1)
    }

    @Test(arguments: [VolumeError.Code.tryLater, .notAllowed, .wrongState])
    func `a throttled or failing EC2 changes nothing but the time`(code: VolumeError.Code) async throws {
        let world = World(policy: JanitorPolicy())
        for call in [InMemoryVolumes.Call.describe, .snapshots, .snapshot, .delete, .tag] {
            world.volumes.fail(call, VolumeError(code, "not now"), times: 4)
        }
        try await world.run {
            try await world.end(Message.id(1))
            world.startJanitor()
            try await finished(world)
        }
        check(world)
    }

    @Test func `a snapshot that goes to error is made anew, and not for ever`() async throws {
        let world = World(policy: JanitorPolicy())
        try await world.run {
            try await world.end(Message.id(1))
            world.startJanitor()
            try await world.until("begun") { !world.volumes.allSnapshots.isEmpty }
            for snapshot in world.volumes.allSnapshots { world.volumes.failSnapshot(snapshot.id) }
            try await finished(world)
        }
        let head = world.ledger.peek(World.key)?.head
        #expect(head == world.volumes.allSnapshots.last?.id)
        #expect(world.volumes.allSnapshots.count == 2)
    }

    private func finished(_ world: World) async throws {
        try await world.until("the volume is gone", within: .seconds(6 * 3600)) {
            world.volumes.living.isEmpty
        }
        try await world.until("it is recorded") {
            world.ledger.allCleanups.allSatisfy { $0.state == .deleted }
        }
    }

    private func check(_ world: World) {
        let disk = world.ledger.peek(World.key)
        #expect(disk?.headVersion == 1)
        #expect(disk?.holder == nil)
        let head = world.volumes.allSnapshots.first { $0.id == disk?.head }
        #expect(head?.content == ["work of 0b8f3c52/1"])
        #expect(world.ledger.fleetRowNow?.budget.spent(at: world.time.now()) == 0)
        world.auditEmptiness()
    }
}
