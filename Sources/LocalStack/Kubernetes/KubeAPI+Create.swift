import Foundation

extension KubeAPI {
    func create(_ request: LocalRequest, _ route: KubeRoute) throws(KubeFailure) -> LocalResponse {
        guard route.subresource == nil else { throw .methodNotAllowed }
        guard route.namespace != nil || !route.kind.isNamespaced else {
            throw .badRequest("an empty namespace may not be set during creation")
        }
        let object = try submitted(request, route)
        return Self.respond(try create(object, route.kind).value, status: 201)
    }

    /// Names, checks, completes and stores a new object.
    func create(_ submitted: KubeObject, _ kind: KubeKind) throws(KubeFailure) -> KubeObject {
        var object = submitted
        if object.name.isEmpty, let prefix = object[path: "metadata", "generateName"]?.string, !prefix.isEmpty
        {
            object.name = String(prefix.prefix(58)) + Self.suffix()
        }
        KubeDefaults.complete(&object, kind)
        var causes = KubeValidation.causes(object, kind)
        if object.name.isEmpty { causes = [.required("metadata.name", "name or generateName is required")] }
        guard causes.isEmpty else { throw .invalid(kind, object.name, causes) }
        stamp(&object, kind)
        object.dropEmptyMetadata()
        let (range, finished) = (settings.nodePorts, object)
        return try store.write { state throws(KubeFailure) in
            var object = finished
            let key = object.key(kind)
            try Self.admit(key, state)
            guard state[key] == nil else { throw .alreadyExists(key) }
            if kind == .services { try KubeServicePorts.assign(&object, old: nil, &state.ports, range) }
            return state.put(object, kind)
        }
    }

    /// Reads an object out of a request and holds it against the path.
    func submitted(_ request: LocalRequest, _ route: KubeRoute) throws(KubeFailure) -> KubeObject {
        var object = KubeObject(try body(request))
        let kind = object[path: "kind"]?.string ?? route.kind.kind
        let version = object[path: "apiVersion"]?.string ?? route.kind.apiVersion
        guard kind == route.kind.kind, version == route.kind.apiVersion else {
            throw .badRequest("\(version) \(kind) is not what belongs to \(route.resource)")
        }
        object[path: "kind"] = .string(kind)
        object[path: "apiVersion"] = .string(version)
        if object[path: "metadata"] == nil { object[path: "metadata"] = [:] }
        guard object[path: "metadata"]?.isObject == true else { throw .badRequest("metadata is no object") }
        if let namespace = route.namespace {
            guard object.namespace.isEmpty || object.namespace == namespace else {
                throw .badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request"
                )
            }
            object[path: "metadata", "namespace"] = .string(namespace)
        }
        if let name = route.name {
            guard object.name.isEmpty || object.name == name else {
                throw .badRequest("the name of the object does not match the name on the URL")
            }
            object.name = name
        }
        return object
    }

    private func stamp(_ object: inout KubeObject, _ kind: KubeKind) {
        object[path: "metadata", "uid"] = .string(UUID().uuidString.lowercased())
        object[path: "metadata", "creationTimestamp"] = time.date().kubeTime
        object[path: "metadata", "deletionTimestamp"] = nil
        object[path: "metadata", "deletionGracePeriodSeconds"] = nil
        object[path: "metadata", "generation"] = kind.hasGeneration ? 1 : nil
        if !kind.isNamespaced { object[path: "metadata", "namespace"] = nil }
    }

    /// The namespace has to be there and mustn't be on its way out.
    static func admit(_ key: KubeKey, _ state: KubeState) throws(KubeFailure) {
        guard key.kind.isNamespaced else { return }
        let home = KubeKey(kind: .namespaces, namespace: "", name: key.namespace)
        guard let namespace = state[home] else { throw .notFound(home) }
        guard !namespace.isTerminating else {
            throw .forbidden(
                key,
                "unable to create new content in namespace \(key.namespace) because it is being terminated"
            )
        }
    }

    private static func suffix() -> String {
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<5).map { _ in letters.randomElement() ?? "x" })
    }
}
