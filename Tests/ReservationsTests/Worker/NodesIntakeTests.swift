import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Requests for nodes are admitted together") struct NodesIntakeTests {
    private let id = Message.id(9)

    @Test func `a repeat changes nothing, and each entry was written with its pointer`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker("worker-1")
            for _ in 0..<3 { #expect(await worker.send(Message.node(1)) == .done) }
        }
        let row = try #require(world.ledger.peek(id))
        #expect(row.status == .awaited)
        #expect(row.group?.members.map(\.reservation) == [Message.id(901)])
        let joint = world.ledger.writes.filter { write in
            guard case .decision(let decision, _) = write else { return false }
            return decision.rows.count { if case .reservation = $0 { true } else { false } } == 2
        }
        #expect(joint.count == 1)
    }

    @Test(arguments: [
        ("gpu_count is 1, not 2", Message.node(1, gpus: 2)),
        ("total_nodes is 2, not 3", Message.node(1, total: 3)),
        ("node 0 of", Message.renamed(Message.node(0), to: 950)),
        ("belongs to somebody else", Message.node(1, user: Message.bob)),
    ])
    func `a node unlike the others is refused, and they go on waiting`(
        why: String,
        request: ReservationRequest
    ) async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker("worker-1")
            _ = await worker.send(Message.node(0))
            let outcome = await worker.send(request)
            guard case .dead(let reason) = outcome else { throw Surprise("\(outcome)") }
            #expect(reason.contains(why))
        }
        #expect(world.events.refusals.map(\.reservation) == [request.reservationID])
        #expect(world.ledger.peek(request.reservationID) == nil)
        #expect(world.ledger.peek(id)?.group?.members.count == 1)
    }

    @Test func `the id of another reservation can't be the whole's, nor a node's`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker("worker-1")
            _ = await worker.send(Message.request(9))
            guard case .dead = await worker.send(Message.node(0)) else {
                throw Surprise("joined a single one")
            }
            _ = await worker.send(Message.request(800))
            _ = await worker.send(Message.node(1, of: 8))
            guard case .dead = await worker.send(Message.node(0, of: 8)) else { throw Surprise("took an id") }
            guard case .dead = await worker.send(Message.request(8)) else {
                throw Surprise("took the whole's")
            }
        }
        #expect(world.ledger.peek(Message.id(8))?.group?.members.map(\.index) == [1])
    }

    @Test(arguments: [9, 901]) func `a cancel that came before its request ends all`(cancelled: Int)
        async throws
    {
        let world = World()
        try await world.run {
            let worker = try await world.worker("worker-1")
            #expect(await worker.cancel(Message.id(cancelled)) == .done)
            for index in [1, 0] { #expect(await worker.send(Message.node(index)) == .done) }
            try await world.until(id, is: .cancelled)
            try await world.until("heard") {
                world.ledger.allReservations.allSatisfy { $0.unpublished.isEmpty }
            }
        }
        #expect(world.ledger.peek(Message.id(900))?.status == .cancelled)
        #expect(world.ledger.peek(Message.id(901))?.status == .cancelled)
        #expect(world.ledger.allCapacity.allSatisfy { $0.promises.isEmpty })
        world.auditEmptiness()
    }

    @Test func `a stranger's cancel before it ends nothing`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker("worker-1")
            for number in [9, 901] { _ = await worker.cancel(Message.id(number), by: Message.bob) }
            for index in [0, 1] { _ = await worker.send(Message.node(index)) }
            try await world.until(id, is: .active)
            guard case .dead = await worker.cancel(Message.id(901), by: Message.bob) else {
                throw Surprise("accepted")
            }
        }
        #expect(world.ledger.peek(id)?.status == .active)
    }

    @Test func `thirty-two nodes are one transaction, far below what DynamoDB takes, and a row stays small`()
        async throws
    {
        let world = World()
        world.pods.setNodes((0..<32).map { World.node("ip-10-0-0-\($0).us-east-2.compute.internal") })
        try await world.run {
            let workers = [try await world.worker("worker-1"), try await world.worker("worker-2")]
            for index in 0..<32 { _ = await workers[index % 2].send(Message.node(index, total: 32)) }
            try await world.until(id, is: .active)
            let size = try JSONEncoder().encode(world.ledger.peek(id)).count
            #expect(size < 16 * 1024)
            _ = await workers[0].cancel(Message.id(917))
            try await world.until(id, is: .cancelled)
        }
        let sizes = world.ledger.writes.map { write in
            if case .decision(let decision, _) = write { decision.rows.count } else { 1 }
        }
        // The promises with lock and intent, and the end with the pointers.
        #expect(sizes.contains(34))
        #expect((sizes.max() ?? 0) <= 66)
    }

    @Test(arguments: [
        (#""node_index":0,"total_nodes":2"#, "master_reservation_id is missing"),
        (#""master_reservation_id":"M","node_index":2,"total_nodes":2"#, "node_index must be from 0 to 1"),
        (#""master_reservation_id":"M","node_index":0,"total_nodes":33"#, "total_nodes must be from 2 to 32"),
        (#""master_reservation_id":"SELF","node_index":0,"total_nodes":2"#, "must differ"),
        (
            #""master_reservation_id":"M","node_index":0,"total_nodes":2,"total_gpu_count":3"#,
            "total_gpu_count must be gpu_count times total_nodes, 2, not 3"
        ),
        (#""master_reservation_id":"M","node_index":1,"total_nodes":2,"disk_name":"d""#, "node 0's alone"),
    ])
    func `what a node's request must say is named`(fields: String, why: String) throws {
        let place = fields.replacing("\"M\"", with: "\"\(Message.id(9))\"")
            .replacing("\"SELF\"", with: "\"\(Message.id(900))\"")
        let body = """
            {"reservation_id":"\(Message.id(900))","user_id":"ada","gpu_type":"t4","gpu_count":1,\
            "is_multinode":true,\(place)}
            """
        #expect {
            try RequestParser(rules: World.rules).parse(Array(body.utf8))
        } throws: { error in
            "\(error)".contains(why)
        }
    }

    @Test func `a place without is_multinode is no single reservation`() {
        let body = """
            {"reservation_id":"\(Message.id(900))","user_id":"ada","gpu_type":"t4","gpu_count":1,"node_index":0}
            """
        #expect {
            try RequestParser(rules: World.rules).parse(Array(body.utf8))
        } throws: { error in
            "\(error)".contains("is_multinode must be true")
        }
    }

    @Test func `a row of several nodes is read as it was written`() throws {
        var row = Reservation(id: id, request: Message.request(9), status: .active, createdAt: TestTime.start)
        var group = NodeGroup(total: 2, deadline: TestTime.start)
        group.add(.init(index: 1, reservation: Message.id(901)))
        group.add(.init(index: 0, reservation: Message.id(900)))
        group.change(1) { $0.host = "node-2" }
        row.group = group
        let pointer = Reservation(
            id: Message.id(901),
            request: Message.node(1),
            status: .joined,
            createdAt: TestTime.start
        )
        for one in [row, pointer] {
            let data = try JSONEncoder().encode(one)
            #expect(try JSONDecoder().decode(Reservation.self, from: data) == one)
        }
        #expect(group.members.map(\.index) == [0, 1])
    }
}

extension Message {
    /// The same under another id.
    static func renamed(_ request: ReservationRequest, to number: Int) -> ReservationRequest {
        ReservationRequest(
            reservationID: id(number),
            userID: request.userID,
            gpuType: request.gpuType,
            gpuCount: request.gpuCount,
            durationHours: request.durationHours,
            githubUser: request.githubUser,
            node: request.node
        )
    }
}
