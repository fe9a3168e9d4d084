import Foundation

extension KubeAPI {
    func update(_ request: LocalRequest, _ route: KubeRoute) throws(KubeFailure) -> LocalResponse {
        guard route.subresource != .log else { throw .methodNotAllowed }
        let object = try submitted(request, route)
        let key = key(route)
        let (range, isStatus) = (settings.nodePorts, route.subresource == .status)
        let stored = try store.write { state throws(KubeFailure) in
            guard let old = state[key] else { throw .notFound(key) }
            return try Self.commit(object, over: old, key, isStatus: isStatus, &state, range)
        }
        return Self.respond(stored.value)
    }

    /// Puts a changed object in the place of the old one, after what the server always checks and keeps.
    ///
    /// - Throws: `Conflict` if it was made from another version or is of another uid.
    static func commit(
        _ submitted: KubeObject,
        over old: KubeObject,
        _ key: KubeKey,
        isStatus: Bool,
        _ state: inout KubeState,
        _ range: ClosedRange<Int>
    ) throws(KubeFailure) -> KubeObject {
        if submitted[path: "metadata", "resourceVersion"]?.string?.isEmpty == false,
            submitted.version != old.version
        {
            throw .stale(key)
        }
        if !submitted.uid.isEmpty, submitted.uid != old.uid {
            throw .conflict(
                key,
                "Precondition failed: UID in precondition: \(submitted.uid), UID in object meta: \(old.uid)"
            )
        }
        var next = merged(submitted, over: old, key.kind, isStatus: isStatus)
        next.dropEmptyMetadata()
        if old.isTerminating, !Set(next.finalizers).isSubset(of: old.finalizers) {
            throw .invalid(
                key.kind,
                key.name,
                [
                    .init(
                        reason: "FieldValueForbidden",
                        message: "no new finalizers can be added",
                        field: "metadata.finalizers"
                    )
                ]
            )
        }
        if key.kind == .services, !isStatus {
            try KubeServicePorts.assign(&next, old: old, &state.ports, range)
        }
        let causes = KubeValidation.causes(next, key.kind) + KubeImmutability.causes(old, next, key.kind)
        guard causes.isEmpty else { throw .invalid(key.kind, key.name, causes) }
        guard next != old else { return old }
        if key.kind.hasGeneration, next[path: "spec"] != old[path: "spec"] {
            let generation = old[path: "metadata", "generation"]?.integer ?? 1
            next[path: "metadata", "generation"] = .integer(generation + 1)
        }
        let stored = state.put(next, key.kind)
        if isReadyToGo(stored, key.kind) { state.remove(key) }
        return stored
    }

    /// Pods go when their kubelet says so, namespaces when they are empty; the rest once nothing holds it.
    static func isReadyToGo(_ object: KubeObject, _ kind: KubeKind) -> Bool {
        guard object.isTerminating, object.finalizers.isEmpty else { return false }
        switch kind {
        case .pods: return object[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 0 == 0
        case .namespaces: return false
        default: return true
        }
    }

    /// The status changes through its subresource only, the rest not through that.
    private static func merged(
        _ submitted: KubeObject,
        over old: KubeObject,
        _ kind: KubeKind,
        isStatus: Bool
    ) -> KubeObject {
        if isStatus {
            var next = old
            next[path: "status"] = submitted[path: "status"] ?? [:]
            return next
        }
        var next = submitted
        let kept = [
            "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation",
            "name",
            "namespace", "resourceVersion", "generateName",
        ]
        for field in kept { next[path: "metadata", field] = old[path: "metadata", field] }
        if kind.hasStatus { next[path: "status"] = old[path: "status"] }
        if kind == .secrets { KubeDefaults.completeSecret(&next) }
        if kind == .services, next[path: "spec", "clusterIP"] == nil {
            next[path: "spec", "clusterIP"] = old[path: "spec", "clusterIP"]
        }
        return next
    }
}
