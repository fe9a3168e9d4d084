import Foundation
import Reservations
import TestSupport
import Testing

/// A volume that may hold work stands under its tag for an hour, and a person can have it back.
@Suite("Quarantine, undo and keep") struct QuarantineTests {
    private let id = Message.id(1)
    private let later = TestTime.start.addingTimeInterval(4 * 3600)

    private func world() -> World { World(policy: JanitorPolicy()) }

    @Test func `saved work's volume stands under its tag for an hour, and the disk is free at once`()
        async throws
    {
        let world = world()
        try await world.run {
            try await world.end(id)
            world.startJanitor()
            try await world.until("saved", within: .seconds(120)) {
                world.ledger.peek(World.key).map { $0.head != nil && $0.holder == nil } == true
            }
            let saved = world.time.monotonic()
            let volume = try #require(world.volumes.living.first)
            #expect(volume.tags[VolumeTag.quarantine] != nil)
            try await world.time.sleep(for: .seconds(3500))
            #expect(world.volumes.living.count == 1)
            try await world.until("gone", within: .seconds(300)) { world.volumes.living.isEmpty }
            #expect(world.time.monotonic() - saved > .seconds(3500))
            try await world.until("recorded") { world.ledger.peek(volume.id)?.state == .deleted }
            let record = try #require(world.ledger.peek(volume.id))
            #expect(record.reasons == ["ended", "saved"])
            #expect(record.evidence.contains { $0.kind == "reservation" && $0.what.contains("cancelled") })
        }
        world.auditEmptiness()
    }

    @Test func `what no pod intent ever named goes at once`() async throws {
        let world = world()
        try await world.run {
            let worker = try await world.worker()
            world.checkpoints.at(.diskReady) { _ = await worker.cancel(id) }
            _ = await worker.send(Message.request(1))
            try await world.until(id, is: .cancelled)
            world.startJanitor()
            try await world.until("gone", within: .seconds(60)) { world.volumes.living.isEmpty }
        }
        #expect(world.volumes.calls(of: "tag") == 0)
    }

    @Test func `undo brings a volume out of quarantine, and it is kept for as long as asked`() async throws {
        let world = world()
        try await world.run {
            try await world.end(id)
            world.startJanitor()
            try await world.until("saved") { world.ledger.peek(World.key)?.holder == nil }
            let volume = try #require(world.volumes.living.first?.id)
            let outcome = try await world.janitor().undo(volume, until: later, restorer: nil)
            #expect(outcome == .broughtBack(until: later))
            #expect(world.volumes.peek(volume)?.tags[VolumeTag.quarantine] == nil)
            try await world.time.sleep(for: .seconds(3 * 3600))
            _ = try await world.janitor().sweep(within: .seconds(60))
            #expect(world.volumes.living.map(\.id) == [volume])
            try await world.until("gone after that", within: .seconds(3 * 3600)) {
                world.volumes.living.isEmpty
            }
        }
    }

    @Test func `once it is deleted, undo makes a volume from the snapshot, the same one each time`()
        async throws
    {
        let world = World()
        try await world.run {
            try await world.end(id)
            world.startJanitor()
            try await world.until("recorded") { world.ledger.allCleanups.first?.state == .deleted }
            let volume = try #require(world.ledger.allCleanups.first?.volume)
            let janitor = world.janitor()
            let first = try await janitor.undo(volume, until: later, restorer: world.volumes)
            let again = try await janitor.undo(volume, until: later, restorer: world.volumes)
            #expect(first == again)
            guard case .restored(let made, _) = first else { throw Surprise("\(first)") }
            #expect(world.volumes.peek(made)?.content == ["work of 0b8f3c52/1"])
            try await world.time.sleep(for: .seconds(3600))
            _ = try await janitor.sweep(within: .seconds(60))
            #expect(world.volumes.living.map(\.id) == [made])
        }
    }

    @Test func `a restored volume is saved before it goes, since somebody may have worked on it`()
        async throws
    {
        let world = World()
        try await world.run {
            try await world.end(id)
            world.startJanitor()
            try await world.until("recorded") { world.ledger.allCleanups.first?.state == .deleted }
            let volume = try #require(world.ledger.allCleanups.first?.volume)
            let soon = world.time.now().addingTimeInterval(60)
            let made = try await world.janitor().undo(volume, until: soon, restorer: world.volumes)
            guard case .restored(let restored, _) = made else { throw Surprise("\(made)") }
            world.volumes.write("more work", to: restored)
            try await world.time.sleep(for: .seconds(700))
            _ = try await world.janitor().sweep(within: .seconds(300))
            try await world.until("gone") { world.volumes.living.isEmpty }
        }
        let spares = world.volumes.allSnapshots.filter { $0.tags[VolumeTag.snapshotType] == "orphan" }
        #expect(spares.map(\.content) == [["work of 0b8f3c52/1", "more work"]])
        #expect(world.ledger.peek(World.key)?.headVersion == 1)
    }

    @Test func `undo of what is gone without a snapshot says so`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            world.checkpoints.at(.diskReady) { _ = await worker.cancel(id) }
            _ = await worker.send(Message.request(1))
            try await world.until(id, is: .cancelled)
            world.startJanitor()
            try await world.until("recorded") { world.ledger.allCleanups.first?.state == .deleted }
            let volume = try #require(world.ledger.allCleanups.first?.volume)
            let outcome = try await world.janitor().undo(volume, until: later, restorer: world.volumes)
            #expect(outcome == .impossible("it is gone, and no snapshot saved it"))
        }
    }

    @Test func `a kept volume isn't touched before its date, whoever reports it`() async throws {
        let world = World()
        world.ledger.plant(World.ended(1))
        let volume = world.volumes.plantVolume(tags: World.tags(1))
        try await world.run {
            let janitor = world.janitor()
            try await janitor.keep(volume, until: later)
            world.startJanitor()
            let report = OrphanReport(
                volume: volume,
                reservation: id,
                generation: 1,
                phase: "",
                cause: "again"
            )
            try await janitor.accept(report)
            try await world.time.sleep(for: .seconds(3 * 3600))
            #expect(world.volumes.living.count == 1)
            try await world.until("gone", within: .seconds(2 * 3600)) { world.volumes.living.isEmpty }
        }
    }

    @Test func `explain says why, what was seen when, and what would change it`() async throws {
        let world = world()
        try await world.run {
            try await world.end(id)
            world.startJanitor()
            try await world.until("saved") { world.ledger.peek(World.key)?.holder == nil }
            let volume = try #require(world.volumes.living.first?.id)
            let now = try await world.janitor().explain(volume)
            #expect(now.verdict == "delete")
            #expect(now.stage == "quarantined")
            #expect(now.isExpected)
            #expect(now.changes.contains("`berth-janitor keep`"))
            try await world.until("recorded") { world.ledger.peek(volume)?.state == .deleted }
            let past = try await world.janitor().explain(volume)
            #expect(past.evidence.first { $0.kind == "volume" }?.what.hasPrefix("available") == true)
            #expect(past.changes.first?.contains("undo") == true)
        }
    }
}
