/// Where a reservation finds room.
///
/// Free on a node is what it can allocate, less foreign pods, less promises.
package enum CapacityPlan {
    package enum Choice: Sendable, Equatable {
        case node(NodeSighting)
        /// Nothing is free now.
        case full(free: Int, largest: Int)
        /// No node of the fleet could ever hold it.
        case impossible(largest: Int)
    }

    /// The node that fits with the fewest GPUs free, ties by name: large gaps are left for large requests.
    package static func choose(count: Int, nodes: [NodeSighting], promised: [NodeCapacity]) -> Choice {
        let need = max(count, 1)
        let rooms = nodes.filter(\.isReady).map { ($0, free(on: $0, promised: promised)) }
        let fitting = rooms.filter { $0.1 >= need }
        let best = fitting.min { $0.1 == $1.1 ? $0.0.name < $1.0.name : $0.1 < $1.1 }
        if let best { return .node(best.0) }
        let largest = nodes.map(\.allocatable).max() ?? 0
        // No node at all is rather a cluster that is being scaled or repaired than one that never had any.
        if !nodes.isEmpty, largest < need { return .impossible(largest: largest) }
        return .full(free: rooms.map(\.1).reduce(0, +), largest: largest)
    }

    package static func free(on node: NodeSighting, promised: [NodeCapacity]) -> Int {
        let promises = promised.first { $0.node == node.name }?.promises ?? [:]
        let foreign = node.held.filter { holding in
            guard let reservation = holding.reservation else { return true }
            // A pod of ours whose promise is gone holds its GPUs all the same.
            return promises[reservation.rawValue] == nil
        }
        let taken = foreign.map(\.count).reduce(0, +) + promises.values.reduce(0, +)
        return max(0, node.allocatable - taken)
    }
}

extension NodeCapacity {
    package func promising(_ count: Int, to id: ReservationID) -> NodeCapacity {
        var copy = self
        copy.promises[id.rawValue] = max(count, 1)
        return copy
    }

    package func ending(_ id: ReservationID) -> NodeCapacity {
        var copy = self
        copy.promises[id.rawValue] = nil
        return copy
    }
}
