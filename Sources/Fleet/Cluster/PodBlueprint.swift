import Kubernetes
import Reservations

/// What is posted for an order: pure, so that the same order makes the same objects in every process.
struct PodBlueprint {
    static let homeVolume = "dev-home"
    static let sshPort = 22
    static let jupyterPort = 8888
    /// Where nodes of a multi-node job meet.
    static let meetingPort = 29_500
    /// Where sshd listens on the host's own network, whose port 22 is the host's.
    static let hostSSHPort = 2_222
    static let toleratedTaints: Set<String> = ["nvidia.com/gpu"]
    /// The uid of the user in the images.
    static let uid = 1081

    let order: PodOrder
    let settings: ClusterSettings
    let machine: GPUMachine
    let names: PodNames
    let belonging: Belonging

    init(
        _ order: PodOrder,
        settings: ClusterSettings,
        catalog: GPUCatalog,
        fleet: FleetID
    ) throws(PodError) {
        guard let machine = catalog[order.promise.gpuType] else {
            throw PodError(.refused, "no such machine type: \(order.promise.gpuType)")
        }
        self.order = order
        self.settings = settings
        self.machine = machine
        names = order.names
        belonging = Belonging(
            fleet: fleet,
            reservation: order.reservation.id,
            generation: order.intent.generation
        )
    }

    var anchorUID: String { order.anchorUID }

    /// Whether the pod has a whole machine with EFA to itself, for a job of several nodes: EFA needs the host's
    /// network and huge pages.
    var usesEFA: Bool {
        order.reservation.nodeCount > 1 && machine.efa > 0 && order.promise.count == machine.gpus
    }

    /// Where the pod's sshd listens.
    var innerSSHPort: Int { usesEFA ? Self.hostSSHPort : Self.sshPort }

    var home: String { "/home/\(settings.login)" }

    /// Refuses an object that isn't ours, or that is about to go.
    func check(_ found: ObjectMeta, _ what: String) throws(PodError) {
        try belonging.check(found, what)
        guard !found.isTerminating, found.isOwned(by: anchorUID) else {
            throw PodError(.unavailable, "\(what) \(found.name ?? "") is being deleted")
        }
    }

    func metadata(_ name: String) -> ObjectMeta {
        var labels = belonging.labels
        labels[ClusterLabel.podName] = names.pod
        return ObjectMeta(
            name: name,
            namespace: settings.namespace,
            labels: labels,
            ownerReferences: [.anchor(of: order.reservation.id, uid: order.anchorUID)]
        )
    }
}
