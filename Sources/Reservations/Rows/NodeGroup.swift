package import Foundation

/// The nodes of a reservation of several, in its row.
///
/// Promise, intent and connection of node 0, which has the disk, stand in the row itself; what the others have
/// of their own stands here, briefly, since there may be 31 of them.
package struct NodeGroup: Codable, Sendable, Equatable {
    /// One node.
    package struct Member: Codable, Sendable, Equatable {
        package let index: Int
        /// The reservation that stands for it.
        package let reservation: ReservationID
        /// Where its GPUs are promised; nil for node 0, and until they are.
        package var host: String?
        package var zone: String?
        package var nodeIP: String?
        package var nodePort: Int?
        package var podIP: String?

        enum CodingKeys: String, CodingKey {
            case index = "node_index"
            case reservation = "reservation_id"
            case host = "node"
            case zone
            case nodeIP = "node_ip"
            case nodePort = "node_port"
            case podIP = "pod_ip"
        }

        package init(index: Int, reservation: ReservationID) {
            self.index = index
            self.reservation = reservation
        }
    }

    package let total: Int
    /// Until when all must have been asked for, by the services' time.
    package let deadline: Date
    /// By their indexes.
    package private(set) var members: [Member]

    enum CodingKeys: String, CodingKey {
        case total = "total_nodes"
        case deadline, members
    }

    package init(total: Int, deadline: Date) {
        self.total = total
        self.deadline = deadline
        members = []
    }

    package var isComplete: Bool { members.count == total }

    package var missing: [Int] { (0..<total).filter { self[$0] == nil } }

    package subscript(_ index: Int) -> Member? { members.first { $0.index == index } }

    package mutating func add(_ member: Member) {
        members.append(member)
        members.sort { $0.index < $1.index }
    }

    package mutating func change(_ index: Int, _ change: (inout Member) -> Void) {
        guard let place = members.firstIndex(where: { $0.index == index }) else { return }
        change(&members[place])
    }

    /// Nothing is promised to any of them any more.
    mutating func leaveHosts() {
        for place in members.indices {
            members[place].host = nil
            members[place].zone = nil
        }
    }
}

/// What one node's user needs of it.
package struct NodeConnection: Codable, Sendable, Equatable {
    package let index: Int
    package let reservation: ReservationID
    package let connection: Connection?

    enum CodingKeys: String, CodingKey {
        case index = "node_index"
        case reservation = "reservation_id"
        case connection
    }
}

extension Reservation {
    package var nodeCount: Int { group?.total ?? 1 }

    /// The reservation of several nodes that this row stands for a node of.
    package var pointer: NodePlace? { group == nil ? request?.node : nil }

    /// The pods of a generation, node 0's first.
    package func podNames(generation: Int) -> [PodNames] {
        (0..<nodeCount).map { PodNames(id, generation: generation, node: $0) }
    }

    /// Each node is promised GPUs of one of these machines, node 0 of the first.
    mutating func take(_ machines: [NodeSighting], type: GPUType, count: Int) {
        for (index, machine) in machines.enumerated() {
            guard index > 0 else {
                promise = Promise(gpuType: type, node: machine.name, zone: machine.zone, count: count)
                continue
            }
            group?.change(index) { member in
                member.host = machine.name
                member.zone = machine.zone
            }
        }
    }

    /// Nothing is promised to it any more.
    mutating func leaveMachines() {
        promise = nil
        group?.leaveHosts()
    }

    /// What is promised to it, node 0 first.
    package var promises: [Promise] {
        guard let promise else { return [] }
        let others = group?.members.compactMap { member -> Promise? in
            guard let host = member.host else { return nil }
            return Promise(
                gpuType: promise.gpuType,
                node: host,
                zone: member.zone ?? "",
                count: promise.count
            )
        }
        return [promise] + (others ?? [])
    }

    /// How to reach one of its nodes.
    package func connection(ofNode index: Int) -> Connection? {
        guard index > 0 else { return connection }
        guard let connection, let intent = podIntent, let member = group?[index], let host = member.nodeIP,
            let port = member.nodePort
        else { return nil }
        return Connection(
            podName: PodNames(id, generation: intent.generation, node: index).pod,
            namespace: connection.namespace,
            nodeIP: host,
            nodePort: port,
            podIP: member.podIP,
            hostKey: connection.hostKey,
            login: connection.login
        )
    }

    /// All nodes with how to reach them; nil for a reservation of one.
    package var nodeConnections: [NodeConnection]? {
        group?.members.map { member in
            NodeConnection(
                index: member.index,
                reservation: member.reservation,
                connection: status == .active ? connection(ofNode: member.index) : nil
            )
        }
    }
}
