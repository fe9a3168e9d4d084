import Foundation

extension KubeAPI {
    private enum Form {
        case merge, strategic, json, apply

        init(_ contentType: String?) throws(KubeFailure) {
            switch contentType?.split(separator: ";").first.map(String.init) {
            case "application/merge-patch+json": self = .merge
            case "application/strategic-merge-patch+json": self = .strategic
            case "application/json-patch+json": self = .json
            case "application/apply-patch+yaml": self = .apply
            default:
                throw KubeFailure(
                    status: 415,
                    reason: "UnsupportedMediaType",
                    message:
                        "the body of the request was in an unknown format - accepted media types include: "
                        + "application/json-patch+json, application/merge-patch+json, "
                        + "application/strategic-merge-patch+json, application/apply-patch+yaml"
                )
            }
        }
    }

    func patch(_ request: LocalRequest, _ route: KubeRoute) throws(KubeFailure) -> LocalResponse {
        guard route.subresource != .log else { throw .methodNotAllowed }
        let form = try Form(request.headers["content-type"])
        let key = key(route)
        if form == .apply { return try apply(request, route) }
        let patch: KubeValue
        do { patch = try KubeValue(json: request.body) } catch { throw .badRequest("no JSON: \(error)") }
        let (range, isStatus) = (settings.nodePorts, route.subresource == .status)
        let stored = try store.write { state throws(KubeFailure) in
            guard let old = state[key] else { throw .notFound(key) }
            var next = KubeObject(try Self.patched(old.value, patch, form, key))
            // Only a version that the patch itself names is a condition.
            let isConditional = patch["metadata"]?["resourceVersion"] != nil
            if !isConditional { next[path: "metadata", "resourceVersion"] = nil }
            guard next.name == key.name, next[path: "kind"] == old[path: "kind"] else {
                throw .badRequest("a patch can't change name or kind")
            }
            return try Self.commit(next, over: old, key, isStatus: isStatus, &state, range)
        }
        return Self.respond(stored.value)
    }

    private static func patched(
        _ old: KubeValue,
        _ patch: KubeValue,
        _ form: Form,
        _ key: KubeKey
    ) throws(KubeFailure) -> KubeValue {
        switch form {
        case .json:
            guard case .array(let operations) = patch else { throw .badRequest("a JSON patch is an array") }
            do throws(KubeJSONPatch.Failure) {
                return try KubeJSONPatch.apply(operations, to: old)
            } catch {
                throw .invalid(
                    key.kind,
                    key.name,
                    [.init(reason: "FieldValueInvalid", message: error.message, field: "patch")]
                )
            }
        case .merge:
            guard patch.isObject else { throw .badRequest("a patch is an object") }
            return KubeMerge.merge(old, patch)
        case .strategic, .apply:
            guard patch.isObject else { throw .badRequest("a patch is an object") }
            return KubeMerge.strategic(old, patch)
        }
    }

    /// Server-side apply in small: creates or merges and notes the manager; fields that others own aren't defended.
    private func apply(_ request: LocalRequest, _ route: KubeRoute) throws(KubeFailure) -> LocalResponse {
        guard let manager = request.queryValue("fieldManager"), !manager.isEmpty else {
            throw .badRequest(
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"
            )
        }
        let object = try submitted(request, route)
        let (key, range, isStatus) = (key(route), settings.nodePorts, route.subresource == .status)
        let note: KubeValue = [
            "manager": .string(manager), "operation": "Apply", "apiVersion": .string(route.kind.apiVersion),
            "time": time.date().kubeTime,
        ]
        let stored = try store.write { state throws(KubeFailure) in
            guard let old = state[key] else { return nil as KubeObject? }
            var next = KubeObject(KubeMerge.strategic(old.value, object.value))
            if object[path: "metadata", "resourceVersion"] == nil {
                next[path: "metadata", "resourceVersion"] = nil
            }
            let others = (old[path: "metadata", "managedFields"]?.items ?? []).filter {
                $0["manager"] != note["manager"]
            }
            next[path: "metadata", "managedFields"] = .array((others + [note]).suffix(10))
            return try Self.commit(next, over: old, key, isStatus: isStatus, &state, range)
        }
        if let stored { return Self.respond(stored.value) }
        guard !isStatus else { throw .notFound(key) }
        var fresh = object
        fresh[path: "metadata", "managedFields"] = [note]
        return Self.respond(try create(fresh, route.kind).value, status: 201)
    }
}
