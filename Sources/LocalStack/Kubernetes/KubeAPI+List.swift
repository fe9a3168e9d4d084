import Foundation

extension KubeAPI {
    /// Where a cut list goes on; the version is that of its first page.
    private struct Continuation: Codable {
        var version: Int
        var namespace: String
        var name: String

        var token: String { (try? JSONEncoder().encode(self).base64EncodedString()) ?? "" }

        init(version: Int, after key: KubeKey) {
            self.version = version
            namespace = key.namespace
            name = key.name
        }

        init?(token: String) {
            guard let data = Data(base64Encoded: token),
                let value = try? JSONDecoder().decode(Continuation.self, from: data)
            else { return nil }
            self = value
        }
    }

    /// Lists in the order of namespace and name.
    ///
    /// Later pages show the present, under the first page's version: a watch from there misses nothing.
    ///
    /// - Throws: `Expired` (410) if the token's version is older than the history.
    func list(_ query: KubeQuery, _ request: LocalRequest) throws(KubeFailure) -> LocalResponse {
        let limit = try number(request, "limit") ?? 0
        var start: Continuation?
        if let token = request.queryValue("continue"), !token.isEmpty {
            guard let parsed = Continuation(token: token) else {
                throw .badRequest("continue key is not valid")
            }
            start = parsed
        }
        let (objects, current, forgotten) = store.read { ($0.all(query.kind), $0.version, $0.forgotten) }
        if let start, start.version < forgotten {
            throw .expired("The provided continue parameter is too old to display a consistent list result.")
        }
        if let wanted = try number(request, "resourceVersion"), wanted > current {
            throw KubeFailure(
                status: 504,
                reason: "Timeout",
                message: "Too large resource version: \(wanted), current: \(current)",
                retryAfterSeconds: 1
            )
        }
        var matching = objects.filter(query.matches).map { (key: $0.key(query.kind), object: $0) }
            .sorted { $0.key < $1.key }
        if let start {
            matching.removeAll { ($0.key.namespace, $0.key.name) <= (start.namespace, start.name) }
        }
        let page = limit > 0 ? Array(matching.prefix(limit)) : matching
        let version = start?.version ?? current
        var metadata: KubeValue = ["resourceVersion": .string(String(version))]
        if page.count < matching.count, let last = page.last {
            metadata["continue"] = .string(Continuation(version: version, after: last.key).token)
            metadata["remainingItemCount"] = .integer(matching.count - page.count)
        }
        return Self.respond(Self.list(query.kind, page.map(\.object), metadata))
    }

    static func list(_ kind: KubeKind, _ objects: [KubeObject], _ metadata: KubeValue) -> KubeValue {
        [
            "kind": .string(kind.kind + "List"), "apiVersion": .string(kind.apiVersion),
            "metadata": metadata, "items": .array(objects.map(\.value)),
        ]
    }
}
