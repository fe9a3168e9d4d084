/// A claim on a persistent volume.
package struct PersistentVolumeClaim: KubernetesResource, Hashable {
    package static let apiVersion = "v1"
    package static let kind = "PersistentVolumeClaim"
    package static let plural = "persistentvolumeclaims"
    package static let isNamespaced = true

    package var metadata: ObjectMeta
    package var spec: PersistentVolumeClaimSpec?
    package var status: PersistentVolumeClaimStatus?

    package init(
        metadata: ObjectMeta,
        spec: PersistentVolumeClaimSpec? = nil,
        status: PersistentVolumeClaimStatus? = nil
    ) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

/// What is claimed.
package struct PersistentVolumeClaimSpec: Codable, Sendable, Hashable {
    package var accessModes: [String]?
    package var resources: ResourceRequirements?
    /// Empty, not absent, to be bound to `volumeName` and not provisioned.
    package var storageClassName: String?
    package var volumeName: String?
    package var volumeMode: String?

    package init(
        accessModes: [String]? = nil,
        resources: ResourceRequirements? = nil,
        storageClassName: String? = nil,
        volumeName: String? = nil,
        volumeMode: String? = nil
    ) {
        self.accessModes = accessModes
        self.resources = resources
        self.storageClassName = storageClassName
        self.volumeName = volumeName
        self.volumeMode = volumeMode
    }
}

/// `Pending`, `Bound`, `Lost`.
package struct PersistentVolumeClaimStatus: Codable, Sendable, Hashable {
    package var phase: String?
    package var capacity: [String: Quantity]?

    package init(phase: String? = nil, capacity: [String: Quantity]? = nil) {
        self.phase = phase
        self.capacity = capacity
    }
}
