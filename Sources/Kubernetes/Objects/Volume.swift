/// A volume of a pod: a name and one source.
package struct Volume: Codable, Sendable, Hashable {
    package var name: String
    package var persistentVolumeClaim: Claim?
    package var emptyDir: EmptyDir?
    package var secret: SecretFiles?
    package var configMap: ConfigMapFiles?
    package var nfs: NFS?
    package var downwardAPI: DownwardAPI?
    package var hostPath: HostPath?

    package struct Claim: Codable, Sendable, Hashable {
        package var claimName: String
        package var readOnly: Bool?

        package init(claimName: String, readOnly: Bool? = nil) {
            self.claimName = claimName
            self.readOnly = readOnly
        }
    }

    package struct EmptyDir: Codable, Sendable, Hashable {
        /// `Memory`, or none for the node's disk.
        package var medium: String?
        package var sizeLimit: Quantity?

        package init(medium: String? = nil, sizeLimit: Quantity? = nil) {
            self.medium = medium
            self.sizeLimit = sizeLimit
        }
    }

    package struct SecretFiles: Codable, Sendable, Hashable {
        package var secretName: String?
        package var items: [Item]?
        package var defaultMode: Int?
        package var optional: Bool?

        package init(
            secretName: String? = nil,
            items: [Item]? = nil,
            defaultMode: Int? = nil,
            optional: Bool? = nil
        ) {
            self.secretName = secretName
            self.items = items
            self.defaultMode = defaultMode
            self.optional = optional
        }
    }

    package struct ConfigMapFiles: Codable, Sendable, Hashable {
        package var name: String?
        package var items: [Item]?
        package var defaultMode: Int?
        package var optional: Bool?

        package init(
            name: String? = nil,
            items: [Item]? = nil,
            defaultMode: Int? = nil,
            optional: Bool? = nil
        ) {
            self.name = name
            self.items = items
            self.defaultMode = defaultMode
            self.optional = optional
        }
    }

    /// A key that becomes a file.
    package struct Item: Codable, Sendable, Hashable {
        package var key: String
        package var path: String
        package var mode: Int?

        package init(key: String, path: String, mode: Int? = nil) {
            self.key = key
            self.path = path
            self.mode = mode
        }
    }

    package struct NFS: Codable, Sendable, Hashable {
        package var server: String
        package var path: String
        package var readOnly: Bool?

        package init(server: String, path: String, readOnly: Bool? = nil) {
            self.server = server
            self.path = path
            self.readOnly = readOnly
        }
    }

    package struct DownwardAPI: Codable, Sendable, Hashable {
        package var items: [File]?
        package var defaultMode: Int?

        package struct File: Codable, Sendable, Hashable {
            package var path: String
            package var fieldRef: FieldSelection?

            package init(path: String, fieldRef: FieldSelection? = nil) {
                self.path = path
                self.fieldRef = fieldRef
            }
        }

        package init(items: [File]? = nil, defaultMode: Int? = nil) {
            self.items = items
            self.defaultMode = defaultMode
        }
    }

    package struct HostPath: Codable, Sendable, Hashable {
        package var path: String
        package var type: String?

        package init(path: String, type: String? = nil) {
            self.path = path
            self.type = type
        }
    }

    package init(
        name: String,
        persistentVolumeClaim: Claim? = nil,
        emptyDir: EmptyDir? = nil,
        secret: SecretFiles? = nil,
        configMap: ConfigMapFiles? = nil,
        nfs: NFS? = nil,
        downwardAPI: DownwardAPI? = nil,
        hostPath: HostPath? = nil
    ) {
        self.name = name
        self.persistentVolumeClaim = persistentVolumeClaim
        self.emptyDir = emptyDir
        self.secret = secret
        self.configMap = configMap
        self.nfs = nfs
        self.downwardAPI = downwardAPI
        self.hostPath = hostPath
    }
}
