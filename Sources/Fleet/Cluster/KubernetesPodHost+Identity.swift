import Kubernetes
package import Reservations

extension KubernetesPodHost {
    /// The uid of the pods' namespace: it tells clusters apart, and takes no right beyond that namespace.
    package func identity() async throws(PodError) -> String {
        guard let namespace = try await find(Namespace.self, settings.namespace) else {
            throw PodError(.notFound, "there is no namespace \(settings.namespace)")
        }
        return try uid(of: namespace.metadata, "Namespace \(settings.namespace)")
    }
}
