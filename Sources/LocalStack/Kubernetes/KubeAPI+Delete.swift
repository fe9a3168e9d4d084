import Foundation

extension KubeAPI {
    func delete(_ request: LocalRequest, _ route: KubeRoute) throws(KubeFailure) -> LocalResponse {
        guard route.subresource == nil else { throw .methodNotAllowed }
        let options = try KubeDeleteOptions(request)
        let key = key(route)
        let now = time.date()
        let (object, isGone) = try store.write { state throws(KubeFailure) in
            let object = try Self.delete(key, options, now, &state)
            return (object, state[key] == nil)
        }
        let returnsObject: [KubeKind] = [.pods, .services, .persistentvolumes, .persistentvolumeclaims]
        if !isGone || returnsObject.contains(route.kind) { return Self.respond(object.value) }
        let success: KubeValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
            "details": [
                "name": .string(key.name), "kind": .string(key.kind.rawValue), "uid": .string(object.uid),
            ],
        ]
        return Self.respond(success)
    }

    func deleteCollection(_ request: LocalRequest, _ route: KubeRoute) throws(KubeFailure) -> LocalResponse {
        let options = try KubeDeleteOptions(request)
        var query = KubeQuery(kind: route.kind, namespace: route.namespace)
        query.labels = try KubeSelector(parsing: request.queryValue("labelSelector") ?? "")
        query.fields = try KubeFieldSelector(
            parsing: request.queryValue("fieldSelector") ?? "",
            for: route.kind
        )
        let (wanted, now) = (query, time.date())
        let deleted = try store.write { state throws(KubeFailure) in
            var deleted: [KubeObject] = []
            for object in state.all(wanted.kind).filter(wanted.matches) {
                deleted.append(try Self.delete(object.key(wanted.kind), options, now, &state))
            }
            return deleted
        }
        let version = String(store.read { $0.version })
        return Self.respond(Self.list(route.kind, deleted, ["resourceVersion": .string(version)]))
    }

    /// Deletes at once, or marks as deleted what finalizers or a grace period still hold.
    ///
    /// - Throws: `NotFound`, or `Conflict` if a precondition is unmet.
    @discardableResult
    static func delete(
        _ key: KubeKey,
        _ options: KubeDeleteOptions,
        _ now: Date,
        _ state: inout KubeState
    ) throws(KubeFailure) -> KubeObject {
        guard var object = state[key] else { throw .notFound(key) }
        if let uid = options.uid, uid != object.uid {
            throw .conflict(
                key,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(object.uid)"
            )
        }
        if let version = options.version, version != String(object.version) {
            throw .conflict(
                key,
                "Precondition failed: ResourceVersion in precondition: \(version), "
                    + "ResourceVersion in object meta: \(object.version)"
            )
        }
        let before = object
        var finalizers = object.finalizers.filter { $0 != "orphan" && $0 != "foregroundDeletion" }
        if object.isTerminating { finalizers = object.finalizers }
        switch options.propagation {
        case .background: break
        case .orphan: if !finalizers.contains("orphan") { finalizers.append("orphan") }
        case .foreground:
            if !finalizers.contains("foregroundDeletion") { finalizers.append("foregroundDeletion") }
        }
        object.finalizers = finalizers
        let grace = key.kind == .pods ? grace(of: object, options) : 0
        let former = object[path: "metadata", "deletionGracePeriodSeconds"]?.integer
        if !object.isTerminating || grace < former ?? 0 {
            object[path: "metadata", "deletionTimestamp"] = now.addingTimeInterval(Double(grace)).kubeTime
            object[path: "metadata", "deletionGracePeriodSeconds"] = .integer(grace)
        }
        if key.kind == .namespaces { object[path: "status", "phase"] = "Terminating" }
        if isReadyToGo(object, key.kind) {
            state.remove(key)
            return object
        }
        return object == before ? before : state.put(object, key.kind)
    }

    /// A pod that isn't on a node, or has ended, needs no grace.
    private static func grace(of pod: KubeObject, _ options: KubeDeleteOptions) -> Int {
        if pod.nodeName == nil || pod.podIsFinished { return 0 }
        let own = pod[path: "spec", "terminationGracePeriodSeconds"]?.integer ?? 30
        return min(options.graceSeconds ?? own, 86_400 * 365)
    }
}
