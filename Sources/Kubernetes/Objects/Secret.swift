package import Foundation

/// A secret; the server answers with `data`, whatever it was written as.
package struct Secret: KubernetesResource, Hashable {
    package static let apiVersion = "v1"
    package static let kind = "Secret"
    package static let plural = "secrets"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var type: String?
    /// Base64 on the wire.
    package var data: [String: Data]?
    /// Only ever sent: the server adds it to `data`.
    package var stringData: [String: String]?
    package var immutable: Bool?

    package init(
        metadata: ObjectMeta,
        type: String? = nil,
        data: [String: Data]? = nil,
        stringData: [String: String]? = nil,
        immutable: Bool? = nil
    ) {
        self.metadata = metadata
        self.type = type
        self.data = data
        self.stringData = stringData
        self.immutable = immutable
    }
}

extension Secret: CustomStringConvertible, CustomReflectable {
    /// Names the secret and never what is in it.
    package var description: String {
        "Secret \(metadata.namespace ?? "")/\(metadata.name ?? ""), \(data?.count ?? 0) entries"
    }

    package var customMirror: Mirror { Mirror(self, children: []) }
}
