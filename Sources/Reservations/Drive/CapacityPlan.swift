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

    /// Where the nodes of one reservation find room, all of them or none.
    package enum Seats: Sendable, Equatable {
        /// A machine for each node, node 0's first.
        case nodes([NodeSighting])
        /// They aren't free now.
        case full
        /// The fleet has fewer machines that could ever hold one.
        case impossible(largest: Int, machines: Int)
    }

    /// Machines for a number of nodes, each a machine of its own, in as few zones as can be.
    ///
    /// - Parameters:
    ///   - total: how many nodes.
    ///   - count: GPUs of each.
    ///   - nodes: the type's machines.
    ///   - promised: the type's promises.
    ///   - zones: where node 0 comes last, since they had no room for its disk.
    /// - Returns: the machines; for one node the one that ``choose(count:nodes:promised:)`` names.
    package static func seat(
        _ total: Int,
        count: Int,
        nodes: [NodeSighting],
        promised: [NodeCapacity],
        diskNotIn zones: Set<String> = []
    ) -> Seats {
        guard total > 1 else {
            switch choose(count: count, nodes: nodes, promised: promised) {
            case .node(let node): return .nodes([node])
            case .full: return .full
            case .impossible(let largest): return .impossible(largest: largest, machines: 0)
            }
        }
        let need = max(count, 1)
        let able = nodes.count { $0.allocatable >= need }
        if !nodes.isEmpty, able < total {
            return .impossible(largest: nodes.map(\.allocatable).max() ?? 0, machines: able)
        }
        let fitting = nodes.filter(\.isReady).map { (node: $0, free: free(on: $0, promised: promised)) }
            .filter { $0.free >= need }
            .sorted { ($0.free, $0.node.name) < ($1.free, $1.node.name) }
        guard fitting.count >= total else { return .full }
        let byZone = Dictionary(grouping: fitting.map(\.node), by: \.zone)
            .sorted { ($0.value.count, $0.key) < ($1.value.count, $1.key) }
        // The smallest zone that holds them all; else the largest ones, one after the other.
        let whole = byZone.first { $0.value.count >= total && !zones.contains($0.key) }
        var machines = Array((whole?.value ?? byZone.reversed().flatMap(\.value)).prefix(total))
        if let place = machines.firstIndex(where: { !zones.contains($0.zone) }) {
            machines.insert(machines.remove(at: place), at: 0)
        }
        return .nodes(machines)
    }

    /// The rows of a type's machines with one reservation's promises moved to these machines.
    ///
    /// - Parameters:
    ///   - id: the reservation.
    ///   - count: GPUs on each.
    ///   - type: of the machines.
    ///   - machines: none, if its promises end.
    ///   - promised: the rows as they were read.
    /// - Returns: what is to be written, a row for each machine concerned.
    package static func moving(
        _ id: ReservationID,
        count: Int,
        of type: GPUType,
        to machines: [String],
        promised: [NodeCapacity]
    ) -> [Decision.Row] {
        var rows: [Decision.Row] = []
        for old in promised where old.promises[id.rawValue] != nil || machines.contains(old.node) {
            let new = machines.contains(old.node) ? old.promising(count, to: id) : old.ending(id)
            rows.append(.capacity(from: old, to: new))
        }
        let known = Set(promised.map(\.node))
        for name in machines where !known.contains(name) {
            let new = NodeCapacity(gpuType: type, node: name).promising(count, to: id)
            rows.append(.capacity(from: nil, to: new))
        }
        return rows
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
