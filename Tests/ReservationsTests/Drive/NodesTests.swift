import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Several nodes are one reservation") struct NodesTests {
    private let id = Message.id(9)
    private let nodes = [Message.id(900), Message.id(901)]
    private static let key = DiskKey(userID: Message.ada, name: .unnamed)

    @Test(arguments: [[0, 1], [1, 0]], [nil, 5] as [UInt64?])
    func `in either order they become one server of two pods, with the disk on node 0`(
        order: [Int],
        seed: UInt64?
    ) async throws {
        let world = World(seed: seed)
        try await world.run {
            let one = try await world.worker("worker-1")
            let two = try await world.worker("worker-2")
            for (index, worker) in zip(order, [one, two]) {
                #expect(await worker.send(Message.node(index)) == .done)
            }
            try await world.until(id, is: .active)
            try await world.until("published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        let row = try #require(world.ledger.peek(id))
        #expect(row.promises.count == 2)
        #expect(Set(row.promises.map(\.node)) == ["node-1", "node-2"])
        #expect(world.ledger.allCapacity.allSatisfy { $0.promises == [id.rawValue: 1] })
        let posts = world.pods.posts.sorted { $0.node < $1.node }
        #expect(posts.map(\.node) == [0, 1])
        #expect(posts.map(\.intent.storage.volume) == [row.volumeID, nil])
        #expect(row.volumeID != nil)
        #expect(posts.map(\.promise.node) == row.promises.map(\.node))
        #expect(world.pods.anchorsMade(of: id) == 1)
        #expect(world.volumes.all.count == 1)
        #expect(row.connection(ofNode: 1)?.podName == "gpu-dev-\(id)-1-n1")
        for (index, node) in nodes.enumerated() {
            let pointer = try #require(world.ledger.peek(node))
            #expect(pointer.status == .joined)
            #expect(pointer.pointer == NodePlace(master: id, index: index, total: 2))
            let told = world.events.events.last { $0.reservation == node }
            #expect(told?.status == .active)
            #expect(told?.connection == row.connection(ofNode: index))
            #expect(told?.master == id)
        }
        #expect(world.events.events.last { $0.reservation == id }?.nodes?.count == 2)
    }

    @Test(arguments: Checkpoint.onTheWayUp)
    func `whatever its worker is killed after, another finishes it with the same pods`(
        point: Checkpoint
    ) async throws {
        let world = World()
        try await world.run {
            let doomed = try await world.worker("worker-1")
            _ = try await world.worker("worker-2")
            world.checkpoints.at(point) { doomed.kill() }
            // It never answers once it is killed.
            world.simulation.start {
                for index in [1, 0] { _ = await doomed.send(Message.node(index)) }
            }
            try await world.until(id, is: .active)
            try await world.until("heard") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        #expect(world.pods.pods(of: id).count == 2)
        #expect(Set(world.pods.posts.map(\.node)) == [0, 1])
        #expect(world.pods.posts.count == 2)
        #expect(world.volumes.all.count == 1)
        world.audit()
    }

    @Test(arguments: Checkpoint.onTheWayUp, [9, 900, 901])
    func `a cancel of it or of one of its nodes ends all, with one receipt`(
        point: Checkpoint,
        cancelled: Int
    ) async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            let two = try await world.worker("worker-2")
            world.startJanitor()
            world.checkpoints.at(point) { _ = await two.cancel(Message.id(cancelled)) }
            _ = await one.send(Message.node(0))
            _ = await one.send(Message.node(1))
            try await world.until(id, is: .cancelled)
            try await world.until("all is gone") {
                world.volumes.living.isEmpty && world.ledger.peek(Self.key)?.holder == nil
            }
            try await world.until("it is published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        let row = try #require(world.ledger.peek(id))
        #expect(row.receipt?.by == "ada")
        #expect(nodes.allSatisfy { world.ledger.peek($0)?.status == .cancelled })
        #expect(nodes.allSatisfy { world.ledger.peek($0)?.purgeAt != nil })
        if world.pods.posts.count == 2 {
            let things = try #require(row.receipt?.nodes)
            #expect(things.map(\.reservation) == nodes)
            #expect(things[1].objects.contains("Pod"))
            #expect(!things[1].objects.contains("PersistentVolume"))
        }
        for node in nodes {
            #expect(world.events.events.last { $0.reservation == node }?.status == .cancelled)
        }
        world.auditEmptiness()
    }

    @Test func `nodes that don't come in ten minutes end those that did`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker("worker-1")
            _ = await worker.send(Message.node(0, total: 3))
            _ = await worker.send(Message.node(2, total: 3))
            try await world.until("the deadline is near") { world.time.monotonic() > .seconds(590) }
            #expect(world.ledger.peek(id)?.status == .awaited)
            try await world.until(id, is: .failed, within: .seconds(60))
            try await world.until("published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
            // It comes too late.
            #expect(await worker.send(Message.node(1, total: 3)) == .done)
        }
        #expect(world.ledger.peek(id)?.failureReason?.contains("node 1 is missing") == true)
        #expect(world.ledger.peek(Message.id(900))?.status == .failed)
        #expect(world.ledger.peek(Message.id(902))?.status == .failed)
        #expect(world.ledger.peek(Message.id(901))?.status == .cancelled)
        #expect(world.pods.posts.isEmpty)
        world.auditEmptiness()
    }

    /// Scenario 18.
    @Test(arguments: [nil, 3, 11] as [UInt64?])
    func `two of two nodes with room for one: neither holds its half, and the second follows the first`(
        seed: UInt64?
    ) async throws {
        let world = World(seed: seed)
        let other = Message.id(8)
        try await world.run {
            let one = try await world.worker("worker-1")
            let two = try await world.worker("worker-2")
            for index in 0..<2 {
                _ = await one.send(Message.node(index, gpus: 4))
                _ = await two.send(Message.node(index, of: 8, user: Message.bob, gpus: 4))
            }
            try await world.until("one runs, one waits") {
                let states = [id, other].compactMap { world.ledger.peek($0)?.status }
                return Set(states) == [.active, .queued]
            }
            let first = world.ledger.peek(id)?.status == .active ? id : other
            let second = first == id ? other : id
            #expect(world.ledger.allCapacity.allSatisfy { Array($0.promises.keys) == [first.rawValue] })
            _ = await one.cancel(first, by: first == id ? Message.ada : Message.bob)
            try await world.until(second, is: .active)
        }
    }

    @Test func `one node lost is all lost`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker("worker-1")
            for index in 0..<2 { _ = await worker.send(Message.node(index)) }
            try await world.until(id, is: .active)
            world.pods.endPod(PodNames(id, generation: 1, node: 1), of: id, because: "it was evicted")
            try await world.until(id, is: .failed)
            try await world.until("published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        #expect(world.ledger.peek(id)?.failureReason?.contains("node 1: ") == true)
        #expect(world.ledger.allCapacity.allSatisfy { $0.promises.isEmpty })
        world.audit()
    }

    @Test func `more machines than the fleet has are refused at once`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker("worker-1")
            for index in 0..<3 { _ = await worker.send(Message.node(index, total: 3, gpus: 4)) }
            try await world.until(id, is: .failed)
        }
        #expect(world.ledger.peek(id)?.failureReason?.contains("only 2 of 3") == true)
    }

    @Test func `its time ends for all nodes at once, and each pod is told`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker("worker-1")
            for index in 0..<2 { _ = await worker.send(Message.node(index)) }
            try await world.until(id, is: .active)
            let end = world.ledger.peek(id)?.expiresAt
            // By the name of one node it is extended as a whole.
            let extend = Message.extend(nodes[1], hours: 1, from: end, command: "e-1")
            #expect(await worker.send(extend) == .done)
            #expect(world.ledger.peek(id)?.expiresAt == end?.addingTimeInterval(3600))
            try await world.until(id, is: .expired, within: .seconds(4 * 3600))
        }
        for node in 0..<2 {
            let names = PodNames(id, generation: 1, node: node)
            #expect(world.pods.notice(of: names)?.warning?.contains("5 minutes") == true)
        }
        #expect(nodes.allSatisfy { world.ledger.peek($0)?.status == .expired })
    }
}
