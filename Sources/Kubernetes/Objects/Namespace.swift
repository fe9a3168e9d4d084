/// A namespace.
package struct Namespace: KubernetesResource, Hashable {
    package static let apiVersion = "v1"
    package static let kind = "Namespace"
    package static let plural = "namespaces"
    package static let isNamespaced = false

    package var metadata: ObjectMeta

    package init(metadata: ObjectMeta) {
        self.metadata = metadata
    }
}
