/// A config map.
package struct ConfigMap: KubernetesResource, Hashable {
    package static let apiVersion = "v1"
    package static let kind = "ConfigMap"
    package static let plural = "configmaps"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var data: [String: String]?
    package var immutable: Bool?

    package init(metadata: ObjectMeta, data: [String: String]? = nil, immutable: Bool? = nil) {
        self.metadata = metadata
        self.data = data
        self.immutable = immutable
    }
}
