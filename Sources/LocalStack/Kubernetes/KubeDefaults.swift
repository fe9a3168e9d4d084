import Foundation

/// What the API server fills in (Kubernetes API reference, the defaults of each kind).
enum KubeDefaults {
    static func complete(_ object: inout KubeObject, _ kind: KubeKind) {
        if kind.hasStatus { object[path: "status"] = [:] }
        switch kind {
        case .pods: completePod(&object)
        case .services: completeService(&object)
        case .secrets: completeSecret(&object)
        case .persistentvolumes:
            object.fill("Retain", "spec", "persistentVolumeReclaimPolicy")
            object.fill("Filesystem", "spec", "volumeMode")
            object[path: "status", "phase"] = "Pending"
            object.protect("kubernetes.io/pv-protection")
        case .persistentvolumeclaims:
            object.fill("Filesystem", "spec", "volumeMode")
            object[path: "status", "phase"] = "Pending"
            object.protect("kubernetes.io/pvc-protection")
        case .namespaces:
            object[path: "status", "phase"] = "Active"
            object[path: "spec", "finalizers"] = ["kubernetes"]
            object[path: "metadata", "labels", "kubernetes.io/metadata.name"] = .string(object.name)
        case .nodes, .configmaps, .events, .leases: break
        }
    }

    private static func completePod(_ pod: inout KubeObject) {
        pod.fill("Always", "spec", "restartPolicy")
        pod.fill("ClusterFirst", "spec", "dnsPolicy")
        pod.fill(30, "spec", "terminationGracePeriodSeconds")
        pod.fill("default-scheduler", "spec", "schedulerName")
        pod.fill("default", "spec", "serviceAccountName")
        pod.fill([:], "spec", "securityContext")
        pod[path: "status"] = ["phase": "Pending", "qosClass": "Burstable"]
        for list in ["containers", "initContainers"] {
            guard let containers = pod[path: "spec", list]?.items, !containers.isEmpty else { continue }
            pod[path: "spec", list] = .array(containers.map(completeContainer))
        }
    }

    /// A limit without a request is also the request: that is how GPUs are asked for.
    private static func completeContainer(_ container: KubeValue) -> KubeValue {
        guard container.isObject else { return container }
        var container = container
        if container["imagePullPolicy"] == nil { container["imagePullPolicy"] = "IfNotPresent" }
        let limits = container["resources"]?["limits"]?.fields ?? [:]
        guard !limits.isEmpty else { return container }
        let requests = container["resources"]?["requests"]?.fields ?? [:]
        container[path: ["resources", "requests"]] = .object(limits.merging(requests) { $1 })
        return container
    }

    private static func completeService(_ service: inout KubeObject) {
        service.fill("ClusterIP", "spec", "type")
        service.fill("None", "spec", "sessionAffinity")
        if service[path: "spec", "type"]?.string != "ClusterIP" {
            service.fill("Cluster", "spec", "externalTrafficPolicy")
        }
        if service[path: "spec", "clusterIP"] == nil {
            let address = "10.96.\(Int.random(in: 0...255)).\(Int.random(in: 1...254))"
            service[path: "spec", "clusterIP"] = .string(address)
        }
        service[path: "status"] = ["loadBalancer": [:]]
        guard let ports = service[path: "spec", "ports"]?.items else { return }
        service[path: "spec", "ports"] = .array(
            ports.map { port in
                guard port.isObject else { return port }
                var port = port
                if port["protocol"] == nil { port["protocol"] = "TCP" }
                if port["targetPort"] == nil { port["targetPort"] = port["port"] }
                return port
            }
        )
    }

    static func completeSecret(_ secret: inout KubeObject) {
        secret.fill("Opaque", "type")
        for (key, value) in secret[path: "stringData"]?.strings ?? [:] {
            secret[path: "data", key] = .string(Data(value.utf8).base64EncodedString())
        }
        secret[path: "stringData"] = nil
    }
}

extension KubeObject {
    fileprivate mutating func fill(_ value: KubeValue, _ keys: String...) {
        if self.value[path: keys] == nil { self.value[path: keys] = value }
    }

    fileprivate mutating func protect(_ finalizer: String) {
        if !finalizers.contains(finalizer) { finalizers.append(finalizer) }
    }
}
