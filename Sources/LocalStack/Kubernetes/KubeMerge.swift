/// The ways in which a patch is laid over an object.
enum KubeMerge {
    /// RFC 7386: objects are merged, null removes, anything else replaces.
    static func merge(_ target: KubeValue?, _ patch: KubeValue) -> KubeValue {
        guard case .object(let changes) = patch else { return patch }
        var result = target?.fields ?? [:]
        for (key, change) in changes {
            result[key] = change == .null ? nil : merge(result[key], change)
        }
        return .object(result)
    }

    /// The keys by which lists are merged, by the list's name (the patchMergeKey of the API types).
    private static let mergeKeys: [String: String] = [
        "containers": "name", "initContainers": "name", "volumes": "name", "env": "name",
        "imagePullSecrets": "name", "ownerReferences": "uid", "conditions": "type", "addresses": "type",
        "volumeMounts": "mountPath", "taints": "key",
    ]

    /// A strategic merge: lists with a known key are merged by it, finalizers united, all other lists replaced.
    static func strategic(_ target: KubeValue?, _ patch: KubeValue, list: String = "") -> KubeValue {
        switch patch {
        case .object(let changes):
            if changes["$patch"]?.string == "replace" {
                return .object(changes.filter { $0.key != "$patch" })
            }
            var result = target?.fields ?? [:]
            for (key, change) in changes where !key.hasPrefix("$") {
                result[key] = change == .null ? nil : strategic(result[key], change, list: key)
            }
            for (key, removed) in changes where key.hasPrefix("$deleteFromPrimitiveList/") {
                let name = String(key.dropFirst("$deleteFromPrimitiveList/".count))
                result[name] = .array((result[name]?.items ?? []).filter { !removed.items.contains($0) })
            }
            return .object(result)
        case .array(let items):
            if list == "finalizers" {
                let old = target?.items ?? []
                return .array(old + items.filter { !old.contains($0) })
            }
            let key =
                list == "ports"
                ? (items.first?["containerPort"] == nil ? "port" : "containerPort") : mergeKeys[list]
            guard let key else { return patch }
            return .array(mergeLists(target?.items ?? [], items, by: key))
        default:
            return patch
        }
    }

    private static func mergeLists(_ old: [KubeValue], _ patches: [KubeValue], by key: String) -> [KubeValue]
    {
        if patches.contains(where: { $0["$patch"]?.string == "replace" && $0[key] == nil }) {
            return patches.filter { $0["$patch"] == nil }
        }
        var result = old
        for patch in patches {
            let place = result.firstIndex { $0[key] == patch[key] && patch[key] != nil }
            if patch["$patch"]?.string == "delete" {
                if let place { result.remove(at: place) }
            } else if let place {
                result[place] = strategic(result[place], patch)
            } else {
                result.append(strategic(nil, patch))
            }
        }
        return result
    }
}
