/// What may not change once an object exists.
enum KubeImmutability {
    static func causes(_ old: KubeObject, _ new: KubeObject, _ kind: KubeKind) -> [KubeFailure.Cause] {
        switch kind {
        case .pods:
            guard comparable(old) != comparable(new) else { return [] }
            return [
                .init(
                    reason: "FieldValueForbidden",
                    message:
                        "Forbidden: pod updates may not change fields other than `spec.containers[*].image`, "
                        + "`spec.tolerations` (only additions to existing tolerations)",
                    field: "spec"
                )
            ]
        case .persistentvolumeclaims:
            // A claim without a volume may still be given one: that is how binding by name looks from outside.
            var bound = new
            if old[path: "spec", "volumeName"] == nil { bound[path: "spec", "volumeName"] = nil }
            bound[path: "spec", "resources"] = old[path: "spec", "resources"]
            guard bound[path: "spec"] != old[path: "spec"] else { return [] }
            return [
                .init(
                    reason: "FieldValueForbidden",
                    message: "Forbidden: spec is immutable after creation except resources.requests",
                    field: "spec"
                )
            ]
        case .persistentvolumes:
            guard old[path: "spec", "csi"] != new[path: "spec", "csi"] else { return [] }
            let message = "Forbidden: spec.persistentvolumesource is immutable after creation"
            return [
                .init(reason: "FieldValueForbidden", message: message, field: "spec.persistentvolumesource")
            ]
        case .secrets, .configmaps:
            guard old[path: "immutable"]?.bool == true,
                ["data", "binaryData", "immutable"].contains(where: { old.value[$0] != new.value[$0] })
            else { return [] }
            let message = "Forbidden: field is immutable when `immutable` is set"
            return [.init(reason: "FieldValueForbidden", message: message, field: "data")]
        case .namespaces, .nodes, .services, .events, .leases:
            return []
        }
    }

    private static func comparable(_ pod: KubeObject) -> KubeValue? {
        var spec = pod[path: "spec"]
        for list in ["containers", "initContainers"] {
            guard let containers = spec?[list]?.items else { continue }
            spec?[list] = .array(
                containers.map { container in
                    var container = container
                    container["image"] = nil
                    return container
                }
            )
        }
        spec?["tolerations"] = nil
        spec?["activeDeadlineSeconds"] = nil
        return spec
    }
}
