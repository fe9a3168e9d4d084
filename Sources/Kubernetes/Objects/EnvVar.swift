/// One environment variable of a container: a value, or where it is taken from.
package struct EnvVar: Codable, Sendable, Hashable {
    package var name: String
    package var value: String?
    package var valueFrom: Source?

    package struct Source: Codable, Sendable, Hashable {
        package var fieldRef: FieldSelection?
        package var secretKeyRef: KeySelection?
        package var configMapKeyRef: KeySelection?

        package init(
            fieldRef: FieldSelection? = nil,
            secretKeyRef: KeySelection? = nil,
            configMapKeyRef: KeySelection? = nil
        ) {
            self.fieldRef = fieldRef
            self.secretKeyRef = secretKeyRef
            self.configMapKeyRef = configMapKeyRef
        }
    }

    /// A key of a secret or a config map.
    package struct KeySelection: Codable, Sendable, Hashable {
        package var name: String?
        package var key: String
        package var optional: Bool?

        package init(name: String? = nil, key: String, optional: Bool? = nil) {
            self.name = name
            self.key = key
            self.optional = optional
        }
    }

    package init(name: String, value: String? = nil, valueFrom: Source? = nil) {
        self.name = name
        self.value = value
        self.valueFrom = valueFrom
    }
}

/// A field of the pod itself: `metadata.labels`, `status.hostIP`.
package struct FieldSelection: Codable, Sendable, Hashable {
    package var fieldPath: String
    package var apiVersion: String?

    package init(fieldPath: String, apiVersion: String? = nil) {
        self.fieldPath = fieldPath
        self.apiVersion = apiVersion
    }
}
