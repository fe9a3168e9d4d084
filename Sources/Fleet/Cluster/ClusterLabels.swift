import Kubernetes
import Reservations

/// The labels by which everything of a reservation is known.
enum ClusterLabel {
    static let app = "app"
    static let podApp = "gpu-dev-pod"
    static let reservation = "berth.dev/reservation"
    static let generation = "berth.dev/generation"
    static let fleet = "berth.dev/fleet"
    static let shard = "berth.dev/shard"
    /// The Services' selector, as in the replaced system: the pod's name.
    static let podName = "reservation"

    static let volumeAnnotation = "gpu-dev-volume-id"
    static let userAnnotation = "gpu-dev-user-id"
    /// When the server ends, and the last warning of it: the pod shows both as files.
    static let expiryAnnotation = "berth.dev/expires-at"
    static let warningAnnotation = "berth.dev/expiry-warning"

    static let gpuType = "GpuType"
    static let zone = "topology.kubernetes.io/zone"
    static let hostname = "kubernetes.io/hostname"

    /// Into how many shares watches of pods can be split.
    static let shards: UInt64 = 16

    /// A reservation's share, 0 to 15: FNV-1a of its id, the same in every process.
    static func shard(of id: ReservationID) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id.rawValue.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return "\(hash % shards)"
    }
}

/// Whose an object is: what all of a reservation's objects bear, and how one tells that they do.
struct Belonging: Sendable {
    let fleet: FleetID
    let reservation: ReservationID
    /// Nil for the anchor, which all generations share.
    let generation: Int?

    var labels: [String: String] {
        var labels = [
            ClusterLabel.fleet: fleet.rawValue, ClusterLabel.reservation: reservation.rawValue,
            ClusterLabel.shard: ClusterLabel.shard(of: reservation),
        ]
        labels[ClusterLabel.generation] = generation.map(String.init)
        return labels
    }

    /// Refuses what stands under a name of ours but isn't this reservation's and generation's.
    func check(_ found: ObjectMeta, _ what: String) throws(PodError) {
        for (label, value) in labels.sorted(by: { $0.key < $1.key }) where label != ClusterLabel.shard {
            let other = found.labels?[label]
            guard other == value else {
                let name = found.name ?? ""
                throw PodError(.foreign, "\(what) \(name) has \(label) \(other ?? "(none)"), not \(value)")
            }
        }
    }
}

extension ObjectMeta {
    var isTerminating: Bool { deletionTimestamp != nil }

    /// Whether garbage collection spares it as long as the anchor stands.
    func isOwned(by anchorUID: String) -> Bool {
        ownerReferences?.contains { $0.uid == anchorUID } == true
    }
}

extension OwnerReference {
    static func anchor(of id: ReservationID, uid: String) -> OwnerReference {
        OwnerReference(
            apiVersion: ConfigMap.apiVersion,
            kind: ConfigMap.kind,
            name: PodNames.anchor(id),
            uid: uid
        )
    }
}
