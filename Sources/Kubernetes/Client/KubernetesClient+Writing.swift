import Foundation

extension KubernetesClient {
    /// Creates an object; sent once.
    ///
    /// - Parameters:
    ///   - object: with `name` or `generateName`.
    ///   - namespace: where; nil for the object's own, or for a cluster-scoped kind.
    ///   - deadline: of the call; nil for the configured one.
    /// - Returns: the object as the server made it, with its uid.
    /// - Throws: `alreadyExists` for a name that is taken; `mayHaveTakenEffect` if the outcome is unknown.
    package func create<R: KubernetesResource>(
        _ object: R,
        in namespace: String? = nil,
        deadline: Duration? = nil
    ) async throws(KubernetesError) -> R {
        let path = try ResourcePath(R.self, inOne: namespace ?? object.metadata.namespace)
        let request = KubernetesRequest(
            .post,
            path: path.text,
            query: [.init("fieldManager", configuration.fieldManager)],
            contentType: "application/json",
            body: try Wire.encode(Envelope(object))
        )
        let response = try await exchange(request, budget: budget(deadline))
        return try Wire.decode(Envelope<R>.self, from: response.body, of: request).object
    }

    /// Changes some fields of an object by a merge patch (RFC 7386); sent once.
    ///
    /// - Parameters:
    ///   - type: its kind.
    ///   - name: its name.
    ///   - namespace: its namespace; nil for a cluster-scoped kind.
    ///   - patch: written as it encodes: nil leaves a field, ``PatchField/remove`` removes it. With
    ///     `metadata.resourceVersion` it is conditional on that (409 `conflict`), with `metadata.uid` on that
    ///     (422 `invalid`: a uid can't be changed).
    ///   - subresource: `status`, for instance.
    ///   - deadline: of the call; nil for the configured one.
    /// - Returns: the object after the patch.
    /// - Throws: `conflict` or `invalid` if a condition in the patch isn't met.
    package func patch<R: KubernetesResource>(
        _ type: R.Type,
        _ name: String,
        in namespace: String? = nil,
        with patch: some Encodable,
        subresource: String? = nil,
        deadline: Duration? = nil
    ) async throws(KubernetesError) -> R {
        let path = try ResourcePath(type, name: name, namespace: namespace)
        let request = KubernetesRequest(
            .patch,
            path: path.text + (subresource.map { "/\($0.percentEncoded)" } ?? ""),
            query: [.init("fieldManager", configuration.fieldManager)],
            contentType: "application/merge-patch+json",
            body: try Wire.encode(patch)
        )
        let response = try await exchange(request, object: name, budget: budget(deadline))
        return try Wire.decode(Envelope<R>.self, from: response.body, of: request).object
    }

    /// Makes an object's fields what is given, creating it if need be (server-side apply); sent once.
    ///
    /// - Parameters:
    ///   - object: with its name; the fields it names become this field manager's.
    ///   - namespace: where; nil for the object's own, or for a cluster-scoped kind.
    ///   - force: take fields over that others own.
    ///   - deadline: of the call; nil for the configured one.
    /// - Returns: the object afterwards.
    /// - Throws: `conflict` if others own a field and it isn't forced.
    package func apply<R: KubernetesResource>(
        _ object: R,
        in namespace: String? = nil,
        force: Bool = false,
        deadline: Duration? = nil
    ) async throws(KubernetesError) -> R {
        guard let name = object.metadata.name else {
            throw KubernetesError(.invalid, message: "apply needs a name")
        }
        let path = try ResourcePath(R.self, name: name, namespace: namespace ?? object.metadata.namespace)
        let request = KubernetesRequest(
            .patch,
            path: path.text,
            query: [.init("fieldManager", configuration.fieldManager), .init("force", "\(force)")],
            contentType: "application/apply-patch+yaml",
            body: try Wire.encode(Envelope(object))
        )
        let response = try await exchange(request, budget: budget(deadline))
        return try Wire.decode(Envelope<R>.self, from: response.body, of: request).object
    }

    /// Asks for an object to be deleted; sent once.
    ///
    /// - Parameters:
    ///   - type: its kind.
    ///   - name: its name.
    ///   - namespace: its namespace; nil for a cluster-scoped kind.
    ///   - options: preconditions, propagation, grace. Without a uid a namesake may be hit.
    ///   - deadline: of the call; nil for the configured one.
    /// - Returns: how the server answered; it is no proof that the object is gone.
    /// - Throws: `notFound` if there is none, `conflict` if a precondition isn't met.
    package func delete<R: KubernetesResource>(
        _ type: R.Type,
        _ name: String,
        in namespace: String? = nil,
        options: DeleteOptions = DeleteOptions(),
        deadline: Duration? = nil
    ) async throws(KubernetesError) -> Deletion<R> {
        let path = try ResourcePath(type, name: name, namespace: namespace)
        let request = KubernetesRequest(
            .delete,
            path: path.text,
            contentType: "application/json",
            body: try Wire.encode(options)
        )
        let response = try await exchange(request, object: name, budget: budget(deadline))
        let kind = try Wire.decode(StatusKind.self, from: response.body, of: request).kind
        guard kind == "Status" else {
            return .accepted(try Wire.decode(Envelope<R>.self, from: response.body, of: request).object)
        }
        let status = try Wire.decode(StatusObject.self, from: response.body, of: request)
        guard status.status == "Success" else {
            throw KubernetesError(
                .malformedAnswer,
                message: "\(request.summary): neither success nor failure",
                mayHaveTakenEffect: true
            )
        }
        return .done
    }

    private struct StatusKind: Decodable {
        let kind: String
    }
}
