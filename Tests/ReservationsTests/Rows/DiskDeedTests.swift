import Foundation
import Reservations
import TestSupport
import Testing

@Suite("What users do with disks") struct DiskDeedTests {
    private let now = TestTime.start
    private let head = SnapshotID(unchecked: "snap-0000000000000001")
    private let copy = DiskName(unchecked: "copy")

    private var disk: Disk {
        var disk = Disk(
            key: DiskKey(userID: Message.ada, name: DiskName(unchecked: "work")),
            head: head,
            sizeGiB: 100,
            createdAt: now
        )
        disk.version = 3
        return disk
    }

    private var held: Disk {
        var disk = disk
        disk.holder = DiskHolder(reservation: Message.id(1), generation: 1, headVersion: 0)
        return disk
    }

    private var purged: Disk {
        var disk = disk
        disk.purging = [head]
        return disk
    }

    @Test func `deleted, it is refused to reservations until it is restored`() throws {
        let deleted = try disk.deleted(at: now)
        let plan = DiskPlan.make(
            for: Reservation(
                id: Message.id(1),
                request: Message.request(1, disk: "work"),
                status: .pending,
                createdAt: now
            ),
            request: Message.request(1, disk: "work"),
            disk: deleted,
            holder: nil,
            firstHead: nil,
            settings: WorkerSettings(),
            at: now
        )
        #expect(plan == .refuse("disk 'work' is marked as deleted"))
        let restored = try deleted.restored(
            at: now.addingTimeInterval(29 * 86_400),
            within: .seconds(30 * 86_400)
        )
        #expect(restored == disk)
    }

    @Test func `what is held, saved or gone isn't deleted, and what is over isn't restored`() throws {
        #expect(throws: DiskRefusal.self) { try held.deleted(at: now) }
        let deleted = try disk.deleted(at: now)
        #expect(throws: DiskRefusal.self) { try deleted.deleted(at: now) }
        #expect(throws: DiskRefusal.self) {
            try deleted.restored(at: now.addingTimeInterval(31 * 86_400), within: .seconds(30 * 86_400))
        }
        var purging = deleted
        purging.purging = [head]
        #expect(throws: DiskRefusal.self) { try purging.restored(at: now, within: .seconds(60)) }
        #expect(throws: DiskRefusal.self) { try disk.restored(at: now, within: .seconds(60)) }
    }

    @Test func `a clone starts from the head, on condition of the source as it was read`() async throws {
        let (source, clone) = try held.cloned(as: copy, at: now)
        #expect(clone.head == head)
        #expect(clone.holder == nil)
        #expect(clone.sizeGiB == 100)
        let world = World()
        world.ledger.plant(held)
        let decision = Decision([.disk(from: held, to: source), .disk(from: nil, to: clone)])
        // The janitor was faster: the source's head is about to be purged.
        var later = purged
        later.version = 4
        world.ledger.plant(later)
        try await world.run {
            await #expect(throws: LedgerError.self) { try await world.ledger.commit(decision) }
        }
        #expect(world.ledger.peek(clone.key) == nil)
    }

    @Test func `a restore that meets the mark of a purge is refused in its own transaction`() async throws {
        let world = World()
        var deleted = try disk.deleted(at: now)
        deleted.version = 3
        let decision = Decision([
            .disk(from: deleted, to: try deleted.restored(at: now, within: .seconds(60)))
        ])
        // The janitor was faster.
        var marked = deleted
        marked.purging = [head]
        marked.version = 4
        world.ledger.plant(marked)
        try await world.run {
            await #expect(throws: LedgerError.self) { try await world.ledger.commit(decision) }
        }
        #expect(world.ledger.peek(deleted.key)?.isDeleted == true)
    }

    @Test func `of a disk without a head, deleted or being purged there is no clone`() throws {
        var empty = disk
        empty.head = nil
        #expect(throws: DiskRefusal.self) { try empty.cloned(as: copy, at: now) }
        #expect(throws: DiskRefusal.self) { try purged.cloned(as: copy, at: now) }
        let deleted = try disk.deleted(at: now)
        #expect(throws: DiskRefusal.self) { try deleted.cloned(as: copy, at: now) }
    }

    @Test(
        arguments: [(1, 3_000, 750), (7, 3_500, 875), (20, 10_000, 1_000), (1_024, 16_000, 1_000)]
    )
    func `a small disk is asked for with what EC2 allows its size`(size: Int, iops: Int, throughput: Int) {
        let defaults = DiskDefaults()
        #expect(defaults.iops(for: size) == iops)
        #expect(defaults.throughput(for: size) == throughput)
    }

    @Test func `a disk only grows`() throws {
        let grown = try disk.grown(to: 200)
        #expect(grown.sizeGiB == 200)
        #expect(throws: DiskRefusal.self) { try disk.grown(to: 100) }
        #expect(throws: DiskRefusal.self) { try disk.grown(to: 50) }
        #expect(throws: DiskRefusal.self) { try disk.grown(to: 100_000) }
    }

    @Test func `what is free, promised, queued and next to come free`() {
        let t4 = World.t4
        var capacity = NodeCapacity(gpuType: t4, node: "node-1")
        capacity.promises = ["a": 3]
        func row(_ number: Int, _ gpus: Int, _ end: TimeInterval?) -> Reservation {
            var row = Reservation(
                id: Message.id(number),
                request: Message.request(number, gpus: gpus),
                status: end == nil ? .queued : .active,
                createdAt: now
            )
            row.expiresAt = end.map { now.addingTimeInterval($0) }
            return row
        }
        let here = Availability(
            of: t4,
            nodes: [World.node("node-1"), World.node("node-2"), World.node("node-3", isReady: false)],
            capacity: [capacity],
            queued: [row(1, 2, nil), row(2, 4, nil)],
            active: [row(3, 1, 900), row(4, 1, 300)]
        )
        #expect(here.total == 8)
        #expect(here.free == 5)
        #expect(here.largest == 4)
        #expect(here.promised == 3)
        #expect(here.queued == 6)
        #expect(here.waiting == 2)
        #expect(here.nextFreeAt == now.addingTimeInterval(300))
        let blind = Availability(of: t4, nodes: nil, capacity: [capacity], queued: [], active: [])
        #expect(blind.free == nil)
        #expect(blind.promised == 3)
    }
}
