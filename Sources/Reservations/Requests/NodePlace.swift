/// Which node of which reservation a request asks for.
package struct NodePlace: Codable, Sendable, Equatable {
    /// The most nodes that one reservation may have.
    package static let most = 32

    package let master: ReservationID
    /// From 0, which is the node with the disk.
    package let index: Int
    package let total: Int

    enum CodingKeys: String, CodingKey {
        case master = "master_reservation_id"
        case index = "node_index"
        case total = "total_nodes"
    }

    package init(master: ReservationID, index: Int, total: Int) {
        self.master = master
        self.index = index
        self.total = total
    }

    /// Reads the place from a row that holds it beside other fields; nil if it holds none.
    init?(ifIn decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: CodingKeys.self)
        guard let master = try row.decodeIfPresent(ReservationID.self, forKey: .master),
            let index = try row.decodeIfPresent(Int.self, forKey: .index),
            let total = try row.decodeIfPresent(Int.self, forKey: .total)
        else { return nil }
        self.init(master: master, index: index, total: total)
    }
}

extension FieldReader {
    private static let placeFields = [
        "master_reservation_id", "node_index", "total_nodes", "total_gpu_count",
    ]

    /// A message for one node of several; nil for a reservation of one.
    mutating func nodePlace(of reservation: ReservationID?, gpuCount: Int?) -> NodePlace? {
        guard flag("is_multinode") else {
            for name in Self.placeFields where value(name) != nil {
                problem("\(name) is for reservations of several nodes: is_multinode must be true with it")
            }
            return nil
        }
        let master: ReservationID? = required("master_reservation_id")
        let index = requiredInteger("node_index")
        let total = requiredInteger("total_nodes")
        if let total, !(2...NodePlace.most).contains(total) {
            problem("total_nodes must be from 2 to \(NodePlace.most), not \(total)")
        }
        if let index, let total, !(0..<max(total, 1)).contains(index) {
            problem("node_index must be from 0 to \(max(total, 1) - 1), not \(index)")
        }
        if let master, master == reservation {
            problem("reservation_id must differ from master_reservation_id: each node has an id of its own")
        }
        if value("total_gpu_count") != nil, let sum = requiredInteger("total_gpu_count"), let gpuCount,
            let total,
            sum != gpuCount * total
        {
            problem("total_gpu_count must be gpu_count times total_nodes, \(gpuCount * total), not \(sum)")
        }
        guard let master, let index, let total else { return nil }
        return NodePlace(master: master, index: index, total: total)
    }
}
