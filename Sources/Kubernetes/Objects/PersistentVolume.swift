/// A volume that the cluster knows; cluster-scoped, so no pod can own it.
package struct PersistentVolume: KubernetesResource, Hashable {
    package static let apiVersion = "v1"
    package static let kind = "PersistentVolume"
    package static let plural = "persistentvolumes"
    package static let isNamespaced = false

    package var metadata: ObjectMeta
    package var spec: PersistentVolumeSpec?
    package var status: PersistentVolumeStatus?

    package init(
        metadata: ObjectMeta,
        spec: PersistentVolumeSpec? = nil,
        status: PersistentVolumeStatus? = nil
    ) {
        self.metadata = metadata
        self.spec = spec
        self.status = status
    }
}

/// What a persistent volume is made of.
package struct PersistentVolumeSpec: Codable, Sendable, Hashable {
    package var capacity: [String: Quantity]?
    package var accessModes: [String]?
    package var csi: CSISource?
    package var claimRef: ObjectReference?
    package var nodeAffinity: VolumeNodeAffinity?
    /// `Retain`, `Delete`.
    package var persistentVolumeReclaimPolicy: String?
    /// Empty, not absent, for a volume that no class provisions.
    package var storageClassName: String?
    package var volumeMode: String?
    package var mountOptions: [String]?

    package struct CSISource: Codable, Sendable, Hashable {
        package var driver: String
        package var volumeHandle: String
        package var fsType: String?
        package var readOnly: Bool?
        package var volumeAttributes: [String: String]?

        package init(
            driver: String,
            volumeHandle: String,
            fsType: String? = nil,
            readOnly: Bool? = nil,
            volumeAttributes: [String: String]? = nil
        ) {
            self.driver = driver
            self.volumeHandle = volumeHandle
            self.fsType = fsType
            self.readOnly = readOnly
            self.volumeAttributes = volumeAttributes
        }
    }

    package struct VolumeNodeAffinity: Codable, Sendable, Hashable {
        package var required: NodeSelector?

        package init(required: NodeSelector? = nil) {
            self.required = required
        }
    }

    package init(
        capacity: [String: Quantity]? = nil,
        accessModes: [String]? = nil,
        csi: CSISource? = nil,
        claimRef: ObjectReference? = nil,
        nodeAffinity: VolumeNodeAffinity? = nil,
        persistentVolumeReclaimPolicy: String? = nil,
        storageClassName: String? = nil,
        volumeMode: String? = nil,
        mountOptions: [String]? = nil
    ) {
        self.capacity = capacity
        self.accessModes = accessModes
        self.csi = csi
        self.claimRef = claimRef
        self.nodeAffinity = nodeAffinity
        self.persistentVolumeReclaimPolicy = persistentVolumeReclaimPolicy
        self.storageClassName = storageClassName
        self.volumeMode = volumeMode
        self.mountOptions = mountOptions
    }
}

/// `Available`, `Bound`, `Released` (not reusable), `Failed`.
package struct PersistentVolumeStatus: Codable, Sendable, Hashable {
    package var phase: String?
    package var reason: String?
    package var message: String?

    package init(phase: String? = nil, reason: String? = nil, message: String? = nil) {
        self.phase = phase
        self.reason = reason
        self.message = message
    }
}
