import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Where there is room") struct CapacityPlanTests {
    private func node(_ name: String, _ gpus: Int, ready: Bool = true, held: [(ReservationID?, Int)] = [])
        -> NodeSighting
    {
        NodeSighting(
            name: name,
            gpuType: World.t4,
            zone: "zone-a",
            isReady: ready,
            allocatable: gpus,
            held: held.map { (reservation: $0.0, count: $0.1) }
        )
    }

    private func promised(_ node: String, _ promises: [Int: Int]) -> NodeCapacity {
        var room = NodeCapacity(gpuType: World.t4, node: node)
        for (number, count) in promises { room = room.promising(count, to: Message.id(number)) }
        return room
    }

    private func name(_ choice: CapacityPlan.Choice) -> String? {
        if case .node(let node) = choice { node.name } else { nil }
    }

    @Test func `the tightest fit is taken, ties by name`() {
        let nodes = [node("c", 8), node("b", 4), node("a", 8), node("d", 2)]
        #expect(name(CapacityPlan.choose(count: 1, nodes: nodes, promised: [])) == "d")
        #expect(name(CapacityPlan.choose(count: 4, nodes: nodes, promised: [])) == "b")
        #expect(name(CapacityPlan.choose(count: 8, nodes: nodes, promised: [])) == "a")
    }

    @Test func `promises and foreign pods count, a pod of a promise counts once`() {
        let mine = node("a", 4, held: [(Message.id(1), 2)])
        #expect(CapacityPlan.free(on: mine, promised: [promised("a", [1: 2])]) == 2)
        let foreign = node("a", 4, held: [(nil, 1), (Message.id(9), 1)])
        #expect(CapacityPlan.free(on: foreign, promised: [promised("a", [1: 2])]) == 0)
        #expect(CapacityPlan.free(on: foreign, promised: [promised("b", [1: 2])]) == 2)
    }

    @Test func `more taken than there is, is nothing free`() {
        let node = node("a", 2, held: [(nil, 5)])
        #expect(CapacityPlan.free(on: node, promised: []) == 0)
    }

    @Test func `nodes that aren't ready hold nothing new, and don't make a request impossible`() {
        let nodes = [node("a", 4, ready: false)]
        #expect(CapacityPlan.choose(count: 4, nodes: nodes, promised: []) == .full(free: 0, largest: 4))
        #expect(CapacityPlan.choose(count: 8, nodes: nodes, promised: []) == .impossible(largest: 4))
        #expect(CapacityPlan.choose(count: 1, nodes: [], promised: []) == .full(free: 0, largest: 0))
    }

    @Test func `a CPU server counts as one`() {
        #expect(name(CapacityPlan.choose(count: 0, nodes: [node("a", 1)], promised: [])) == "a")
        #expect(
            name(CapacityPlan.choose(count: 0, nodes: [node("a", 1)], promised: [promised("a", [1: 1])]))
                == nil
        )
    }
}

@Suite("What a reservation's disk comes to") struct DiskPlanTests {
    private func plan(
        _ request: ReservationRequest,
        _ disk: Disk?,
        _ holder: DiskPlan.Holder? = nil,
        firstHead: SnapshotID? = nil
    ) -> DiskPlan {
        let row = Reservation(
            id: request.reservationID,
            request: request,
            status: .pending,
            createdAt: TestTime.start
        )
        return DiskPlan.make(
            for: row,
            request: request,
            disk: disk,
            holder: holder,
            firstHead: firstHead,
            settings: WorkerSettings(),
            at: TestTime.start
        )
    }

    private func disk(_ name: String = "data", _ change: (inout Disk) -> Void = { _ in }) -> Disk {
        let key = DiskKey(userID: Message.ada, name: DiskName(unchecked: name))
        var disk = Disk(key: key, head: nil, sizeGiB: 10, createdAt: TestTime.start)
        disk.version = 3
        change(&disk)
        return disk
    }

    private static let head = SnapshotID(unchecked: "snap-0123456789abcdef0")

    @Test func `no disk was asked for`() {
        #expect(plan(Message.request(1, withoutDisk: true), nil) == .without(warning: nil))
    }

    @Test func `a new disk starts from the old system's head, or empty`() {
        guard case .lock(nil, let new) = plan(Message.request(1, disk: "data"), nil, firstHead: Self.head)
        else {
            return #expect(Bool(false))
        }
        #expect(new.head == Self.head)
        #expect(new.holder?.reservation == Message.id(1))
        guard case .lock(nil, let empty) = plan(Message.request(1), nil) else { return #expect(Bool(false)) }
        #expect(empty.head == nil)
        #expect(empty.name == .unnamed)
    }

    @Test func `a known disk is restored from its head and nothing else`() {
        let known = disk {
            $0.head = Self.head
            $0.headVersion = 7
        }
        let other = SnapshotID(unchecked: "snap-00000000000000000")
        guard case .lock(let old, let new) = plan(Message.request(1, disk: "data"), known, firstHead: other)
        else {
            return #expect(Bool(false))
        }
        #expect(old == known)
        #expect(new.head == Self.head)
        #expect(new.holder?.headVersion == 7)
    }

    @Test func `deleted and purging disks are refused`() {
        guard case .refuse = plan(Message.request(1, disk: "data"), disk { $0.isDeleted = true }) else {
            return #expect(Bool(false))
        }
        let purging = disk {
            $0.head = Self.head
            $0.purging = [Self.head]
        }
        guard case .refuse = plan(Message.request(1, disk: "data"), purging) else {
            return #expect(Bool(false))
        }
    }

    @Test func `one's own lock is taken again, another's isn't`() {
        func held(by number: Int) -> Disk {
            disk { $0.holder = DiskHolder(reservation: Message.id(number), generation: 1, headVersion: 0) }
        }
        guard case .lock = plan(Message.request(1, disk: "data"), held(by: 1)) else {
            return #expect(Bool(false))
        }
        guard case .refuse = plan(Message.request(1, disk: "data"), held(by: 2), .living(Message.id(2)))
        else {
            return #expect(Bool(false))
        }
        guard case .wait = plan(Message.request(1, disk: "data"), held(by: 2), .ended(Message.id(2))) else {
            return #expect(Bool(false))
        }
        guard case .without(.some) = plan(Message.request(1), held(by: 2), .living(Message.id(2))) else {
            return #expect(Bool(false))
        }
    }
}

@Suite("What comes next for a row") struct PipelineTests {
    private func row(_ status: Status, _ change: (inout Reservation) -> Void = { _ in }) -> Reservation {
        var row = Reservation(
            id: Message.id(1),
            request: Message.request(1),
            status: status,
            createdAt: TestTime.start
        )
        change(&row)
        return row
    }

    private func intent(_ row: Reservation) -> DiskIntent {
        let disk = Disk(key: World.key, head: nil, sizeGiB: 1, createdAt: TestTime.start)
        return DiskIntent(
            for: row,
            disk: disk,
            zone: "zone-a",
            fleet: World.fleet,
            defaults: DiskDefaults(),
            at: TestTime.start
        )
    }

    @Test func `it is told from the row alone`() {
        var preparing = row(.preparing)
        #expect(Pipeline.step(for: row(.pending)) == .prepare)
        #expect(Pipeline.step(for: preparing) == .makeAnchor)
        let intent = intent(preparing)
        preparing.diskIntent = intent
        #expect(Pipeline.step(for: preparing) == .createVolume(intent))
        preparing.volumeID = Evidence.volume
        #expect(Pipeline.step(for: preparing) == .makeAnchor)
        preparing.anchorUID = "uid"
        #expect(Pipeline.step(for: preparing) == .setUp)
        preparing.volumeID = nil
        preparing.diskIntent?.givenUp = "no"
        #expect(Pipeline.step(for: preparing) == .setUp)
    }

    @Test(arguments: [Status.failing, .expiring, .cancelling]) func `what ends is ended`(status: Status) {
        #expect(Pipeline.step(for: row(status)) == .end)
    }

    @Test(arguments: [Status.active, .failed, .expired, .cancelled])
    func `what must be heard is published, then nobody is needed`(status: Status) {
        #expect(Pipeline.step(for: row(status) { $0.unpublished = [.status] }) == .publish)
        #expect(Pipeline.step(for: row(status)) == .letGo)
    }

    @Test(arguments: [Status.awaited, .queued]) func `what waits needs nobody`(status: Status) {
        #expect(Pipeline.step(for: row(status)) == .letGo)
    }
}
