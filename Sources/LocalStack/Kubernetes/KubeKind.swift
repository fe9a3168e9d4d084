/// The kinds of objects that the server knows, by their plural names.
enum KubeKind: String, Sendable, CaseIterable, Hashable {
    case namespaces, nodes, pods, services, persistentvolumeclaims, persistentvolumes, secrets, configmaps,
        events
    case leases

    var group: String { self == .leases ? "coordination.k8s.io" : "" }
    var apiVersion: String { self == .leases ? "coordination.k8s.io/v1" : "v1" }
    var prefix: String { self == .leases ? "/apis/coordination.k8s.io/v1" : "/api/v1" }

    var isNamespaced: Bool {
        switch self {
        case .namespaces, .nodes, .persistentvolumes: false
        default: true
        }
    }

    var hasStatus: Bool {
        switch self {
        case .secrets, .configmaps, .events, .leases: false
        default: true
        }
    }

    /// Kinds of which the real server counts the generation of the spec.
    var hasGeneration: Bool { self == .pods }

    var kind: String {
        switch self {
        case .namespaces: "Namespace"
        case .nodes: "Node"
        case .pods: "Pod"
        case .services: "Service"
        case .persistentvolumeclaims: "PersistentVolumeClaim"
        case .persistentvolumes: "PersistentVolume"
        case .secrets: "Secret"
        case .configmaps: "ConfigMap"
        case .events: "Event"
        case .leases: "Lease"
        }
    }

    var shortName: String? {
        switch self {
        case .namespaces: "ns"
        case .nodes: "no"
        case .pods: "po"
        case .services: "svc"
        case .persistentvolumeclaims: "pvc"
        case .persistentvolumes: "pv"
        case .configmaps: "cm"
        case .events: "ev"
        case .secrets, .leases: nil
        }
    }

    static func named(_ kind: String) -> KubeKind? { allCases.first { $0.kind == kind } }
}

/// Where an object stands; the namespace of a cluster-scoped one is empty.
struct KubeKey: Hashable, Sendable, Comparable {
    var kind: KubeKind
    var namespace: String
    var name: String

    static func < (left: KubeKey, right: KubeKey) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}
