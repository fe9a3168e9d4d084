package import Foundation

extension EC2 {
    /// A volume as EC2 describes it.
    package struct Volume: Sendable, Hashable {
        package let id: VolumeID
        package let state: VolumeState
        package let availabilityZone: String
        package let sizeGiB: Int
        /// What it was made from; nil if it began empty.
        package let snapshotID: SnapshotID?
        package let createTime: Date?
        package let attachments: [Attachment]
        package let tags: [String: String]
        /// `gp3` and the like.
        package let type: String?
        package let iops: Int?
        package let throughputMiBps: Int?
        package let encrypted: Bool

        package init(
            id: VolumeID,
            state: VolumeState,
            availabilityZone: String,
            sizeGiB: Int,
            snapshotID: SnapshotID? = nil,
            createTime: Date? = nil,
            attachments: [Attachment] = [],
            tags: [String: String] = [:],
            type: String? = nil,
            iops: Int? = nil,
            throughputMiBps: Int? = nil,
            encrypted: Bool = false
        ) {
            self.id = id
            self.state = state
            self.availabilityZone = availabilityZone
            self.sizeGiB = sizeGiB
            self.snapshotID = snapshotID
            self.createTime = createTime
            self.attachments = attachments
            self.tags = tags
            self.type = type
            self.iops = iops
            self.throughputMiBps = throughputMiBps
            self.encrypted = encrypted
        }
    }

    package enum VolumeState: Sendable, Hashable {
        case creating
        case available
        case inUse
        case deleting
        case deleted
        case error
        /// A state that this library does not know: neither ready nor gone.
        case unknown(String)

        package init(_ text: String) {
            switch text {
            case "creating": self = .creating
            case "available": self = .available
            case "in-use": self = .inUse
            case "deleting": self = .deleting
            case "deleted": self = .deleted
            case "error": self = .error
            default: self = .unknown(text)
            }
        }
    }

    /// A volume's bond to an instance.
    package struct Attachment: Sendable, Hashable {
        package let instanceID: String
        package let device: String
        /// `attaching`, `attached`, `detaching`, `detached`, `busy`.
        package let state: String

        package init(instanceID: String, device: String, state: String) {
            self.instanceID = instanceID
            self.device = device
            self.state = state
        }
    }
}
