import Foundation

/// What exists when the cluster starts: its namespaces and nodes.
struct KubeSeed {
    let settings: KubernetesSettings
    let now: Date

    func plant(in store: KubeStore) {
        let namespaces = (["default", "kube-system"] + settings.namespaces).map(namespace)
        let nodes = settings.nodes.map(node)
        store.update { state in
            for namespace in namespaces where state[namespace.key(.namespaces)] == nil {
                state.put(namespace, .namespaces)
            }
            for node in nodes where state[node.key(.nodes)] == nil { state.put(node, .nodes) }
        }
    }

    private func object(_ kind: KubeKind, _ name: String) -> KubeObject {
        KubeObject([
            "kind": .string(kind.kind), "apiVersion": "v1",
            "metadata": [
                "name": .string(name), "uid": .string(UUID().uuidString.lowercased()),
                "creationTimestamp": now.kubeTime,
            ],
        ])
    }

    private func namespace(_ name: String) -> KubeObject {
        var namespace = object(.namespaces, name)
        KubeDefaults.complete(&namespace, .namespaces)
        return namespace
    }

    private func node(_ node: ClusterNode) -> KubeObject {
        var object = object(.nodes, node.name)
        let labels = [
            "GpuType": node.gpuType, "topology.kubernetes.io/zone": node.zone,
            "topology.kubernetes.io/region": String(node.zone.dropLast()),
            "kubernetes.io/hostname": node.name,
            "kubernetes.io/os": "linux", "kubernetes.io/arch": node.gpuType == "cpu-arm" ? "arm64" : "amd64",
            "node.kubernetes.io/instance-type": node.instanceType,
        ]
        object[path: "metadata", "labels"] = .strings(labels.merging(node.labels) { $1 })
        object[path: "spec"] = ["providerID": .string("aws:///\(node.zone)/\(node.name)")]
        if !node.taints.isEmpty {
            object[path: "spec", "taints"] = .array(
                node.taints.map {
                    ["key": .string($0.key), "value": .string($0.value), "effect": .string($0.effect)]
                }
            )
        }
        object[path: "status"] = [
            "capacity": .strings(node.allocatable), "allocatable": .strings(node.allocatable),
            "addresses": [
                ["type": "InternalIP", "address": .string(node.externalAddress)],
                ["type": "ExternalIP", "address": .string(node.externalAddress)],
                ["type": "Hostname", "address": .string(node.name)],
            ],
            "nodeInfo": ["kubeletVersion": .string(settings.serverVersion), "operatingSystem": "linux"],
        ]
        object.setCondition("Ready", "True", reason: "KubeletReady", at: now)
        return object
    }
}
