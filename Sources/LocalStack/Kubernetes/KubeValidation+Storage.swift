extension KubeValidation {
    private static let accessModes = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]

    static func volume(_ volume: KubeObject) -> [Cause] {
        var causes = modes(volume)
        if KubeQuantity(volume[path: "spec", "capacity", "storage"]) == nil {
            causes.append(.required("spec.capacity.storage"))
        }
        let sources = ["csi", "nfs", "hostPath", "local", "awsElasticBlockStore"]
        if !sources.contains(where: { volume[path: "spec", $0] != nil }) {
            causes.append(.required("spec", "must specify a volume type"))
        }
        if let csi = volume[path: "spec", "csi"] {
            for field in ["driver", "volumeHandle"] where csi[field]?.string?.isEmpty != false {
                causes.append(.required("spec.csi.\(field)"))
            }
        }
        let policy = volume[path: "spec", "persistentVolumeReclaimPolicy"]?.string ?? ""
        if !["Retain", "Delete", "Recycle"].contains(policy) {
            causes.append(
                unsupported("spec.persistentVolumeReclaimPolicy", policy, ["Retain", "Delete", "Recycle"])
            )
        }
        return causes
    }

    static func claim(_ claim: KubeObject) -> [Cause] {
        var causes = modes(claim)
        if KubeQuantity(claim[path: "spec", "resources", "requests", "storage"]) == nil {
            causes.append(.required("spec.resources[storage]"))
        }
        return causes
    }

    private static func modes(_ object: KubeObject) -> [Cause] {
        let modes = object[path: "spec", "accessModes"]?.items.compactMap(\.string) ?? []
        guard !modes.isEmpty else {
            return [.required("spec.accessModes", "at least 1 access mode is required")]
        }
        return modes.filter { !accessModes.contains($0) }.map {
            unsupported("spec.accessModes", $0, accessModes)
        }
    }

    static func service(_ service: KubeObject) -> [Cause] {
        var causes: [Cause] = []
        let type = service[path: "spec", "type"]?.string ?? ""
        let types = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]
        if !types.contains(type) { causes.append(unsupported("spec.type", type, types)) }
        let ports = service[path: "spec", "ports"]?.items ?? []
        let isHeadless = service[path: "spec", "clusterIP"]?.string == "None"
        if ports.isEmpty, type != "ExternalName", !isHeadless { causes.append(.required("spec.ports")) }
        if isHeadless, type == "NodePort" {
            causes.append(.wrong("spec.clusterIP", "None", "may not be set to 'None' for NodePort services"))
        }
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let field = "spec.ports[\(index)]"
            if !(1...65_535).contains(port["port"]?.integer ?? 0) {
                causes.append(.wrong("\(field).port", "?", "must be between 1 and 65535, inclusive"))
            }
            let name = port["name"]?.string ?? ""
            if ports.count > 1, name.isEmpty { causes.append(.required("\(field).name")) }
            if !names.insert(name).inserted { causes.append(duplicate("\(field).name", name)) }
            if port["nodePort"]?.integer ?? 0 != 0, type == "ClusterIP" {
                let message = "may not be used when `type` is 'ClusterIP'"
                causes.append(
                    Cause(reason: "FieldValueForbidden", message: message, field: "\(field).nodePort")
                )
            }
        }
        return causes
    }
}
