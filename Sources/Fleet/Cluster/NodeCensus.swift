import Kubernetes
import Reservations

/// Counts what nodes of one machine type can allocate and what pods on them hold.
///
/// GPUs are counted by their resource. CPU types are counted in servers: as many as fit into the node's
/// allocatable CPUs and memory, less what foreign pods request; each of our pods holds one.
struct NodeCensus {
    private let machine: GPUMachine
    private let fleet: FleetID
    private let podsByNode: [String: [Pod]]

    init(machine: GPUMachine, fleet: FleetID, pods: [Pod]) {
        self.machine = machine
        self.fleet = fleet
        podsByNode = Dictionary(grouping: pods.filter(\.holdsResources)) { $0.place ?? "" }
    }

    /// Nil for a node without a name.
    func sighting(of node: Node) -> NodeSighting? {
        guard let name = node.metadata.name else { return nil }
        let zone = node.metadata.labels?[ClusterLabel.zone] ?? ""
        let pods = podsByNode[name] ?? []
        return NodeSighting(
            name: name,
            gpuType: machine.type,
            zone: zone,
            // Without a zone no volume could follow a pod there.
            isReady: node.takesOurPods && !zone.isEmpty,
            allocatable: allocatable(of: node, pods),
            held: pods.compactMap(holding)
        )
    }

    private func allocatable(of node: Node, _ pods: [Pod]) -> Int {
        if let resource = machine.resource { return node.amount(of: resource).count }
        let share = machine.share(of: 1)
        let foreign = pods.filter { reservation(of: $0) == nil }
        let cpus =
            node.amount(of: "cpu").thousandths - foreign.map { $0.request("cpu").thousandths }.reduce(0, +)
        let bytes = node.amount(of: "memory").count - foreign.map { $0.request("memory").count }.reduce(0, +)
        return max(0, min(cpus / (share.requestedCPUs * 1000), bytes / (share.requestedGiB << 30)))
    }

    private func holding(_ pod: Pod) -> (reservation: ReservationID?, count: Int)? {
        let owner = reservation(of: pod)
        guard let resource = machine.resource else { return owner.map { ($0, 1) } }
        let count = pod.request(resource).count
        return count > 0 ? (owner, count) : nil
    }

    private func reservation(of pod: Pod) -> ReservationID? {
        guard pod.metadata.labels?[ClusterLabel.fleet] == fleet.rawValue else { return nil }
        return pod.metadata.labels?[ClusterLabel.reservation].flatMap(ReservationID.init(rawValue:))
    }
}

/// An amount of a resource, never negative, bounded so that sums of many can't overflow.
private struct Amount {
    private static let most: Int64 = 1 << 50

    let count: Int
    let thousandths: Int

    init(_ quantity: Quantity?) {
        count = Int(min(max(quantity?.wholeUnits ?? 0, 0), Self.most))
        thousandths = Int(min(max(quantity?.milliUnits ?? 0, 0), Self.most))
    }
}

extension Node {
    fileprivate func amount(of resource: String) -> Amount { Amount(status?.allocatable?[resource]) }

    /// Ready, not cordoned, and without a taint that our pods don't tolerate.
    fileprivate var takesOurPods: Bool {
        guard status?.condition("Ready")?.status == .yes, spec?.unschedulable != true else { return false }
        return (spec?.taints ?? []).allSatisfy { taint in
            taint.effect == "PreferNoSchedule" || PodBlueprint.toleratedTaints.contains(taint.key)
        }
    }
}

extension Pod {
    fileprivate var holdsResources: Bool {
        status?.phase != .succeeded && status?.phase != .failed
    }

    /// Where it is or, pinned but not scheduled yet, will be.
    fileprivate var place: String? { spec?.nodeName ?? spec?.nodeSelector?[ClusterLabel.hostname] }

    fileprivate func request(_ resource: String) -> (count: Int, thousandths: Int) {
        (spec?.containers ?? []).reduce((0, 0)) { sum, container in
            // An absent request is the limit (Kubernetes documentation, "Resource Management for Pods").
            let quantity = container.resources?.requests?[resource] ?? container.resources?.limits?[resource]
            let amount = Amount(quantity)
            return (sum.0 + amount.count, sum.1 + amount.thousandths)
        }
    }
}
