import Foundation

/// The verbs of the API server on its store; extensions have one verb each.
struct KubeAPI: Sendable {
    let store: KubeStore
    let time: StackTime
    let settings: KubernetesSettings

    /// Answers a request that names a resource.
    ///
    /// - Throws: `KubeFailure` with the status that the client is to see.
    func answer(_ request: LocalRequest, _ verb: KubeVerb, _ route: KubeRoute) throws(KubeFailure)
        -> LocalResponse
    {
        guard request.body.count <= settings.requestLimitBytes else {
            throw KubeFailure(
                status: 413,
                reason: "RequestEntityTooLarge",
                message: "limit is \(settings.requestLimitBytes)"
            )
        }
        if let dryRun = request.queryValue("dryRun"), !dryRun.isEmpty {
            throw .badRequest("this server knows no dry run")
        }
        switch verb {
        case .get: return try get(route)
        case .list: return try list(query(request, route), request)
        case .watch: return try watch(query(request, route), request)
        case .create: return try create(request, route)
        case .update: return try update(request, route)
        case .patch: return try patch(request, route)
        case .delete: return try delete(request, route)
        case .deletecollection: return try deleteCollection(request, route)
        }
    }

    func key(_ route: KubeRoute) -> KubeKey {
        KubeKey(kind: route.kind, namespace: route.namespace ?? "", name: route.name ?? "")
    }

    func body(_ request: LocalRequest) throws(KubeFailure) -> KubeValue {
        do {
            let value = try KubeValue(json: request.body)
            guard value.isObject else { throw KubeFailure.badRequest("the body is no object") }
            return value
        } catch let failure as KubeFailure {
            throw failure
        } catch {
            throw .badRequest("the body can't be read as JSON: \(error)")
        }
    }

    static func respond(_ value: KubeValue, status: Int = 200) -> LocalResponse {
        .json(status: status, value.json)
    }

    static func refuse(_ failure: KubeFailure) -> LocalResponse {
        var response = respond(failure.value, status: failure.status)
        if let seconds = failure.retryAfterSeconds {
            response.headers.append(("Retry-After", String(seconds)))
        }
        return response
    }

    private func get(_ route: KubeRoute) throws(KubeFailure) -> LocalResponse {
        let key = key(route)
        guard let object = store.read({ $0[key] }) else { throw .notFound(key) }
        return Self.respond(object.value)
    }

    private func query(_ request: LocalRequest, _ route: KubeRoute) throws(KubeFailure) -> KubeQuery {
        var query = KubeQuery(kind: route.kind, namespace: route.namespace)
        query.labels = try KubeSelector(parsing: request.queryValue("labelSelector") ?? "")
        var fields = request.queryValue("fieldSelector") ?? ""
        if let name = route.name { fields = "metadata.name=\(name)" }
        query.fields = try KubeFieldSelector(parsing: fields, for: route.kind)
        return query
    }

    func number(_ request: LocalRequest, _ name: String) throws(KubeFailure) -> Int? {
        guard let text = request.queryValue(name), !text.isEmpty else { return nil }
        guard let number = Int(text), number >= 0 else { throw .badRequest("\(name): no number: \(text)") }
        return number
    }
}
