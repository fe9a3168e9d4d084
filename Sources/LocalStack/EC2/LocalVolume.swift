package import Foundation

/// A volume as it really is, for audits: with what EC2 doesn't show (token, content, fate).
package struct LocalVolume: Sendable, Hashable, Codable {
    /// "Volume state", with one more for what EC2 no longer lists.
    package enum State: String, Sendable, Codable {
        case creating, available, deleting, deleted, error
        case inUse = "in-use"
    }

    /// What becomes of a volume once CreateVolume has answered.
    package enum Fate: String, Sendable, Codable {
        case available
        /// Goes to `error`; its token is burnt.
        case error
        /// Never existed: `creating` for a moment, then not found for ever; its token is burnt.
        case ghost
        /// Stays `creating`.
        case stuck
    }

    package struct Attachment: Sendable, Hashable, Codable {
        package enum State: String, Sendable, Codable {
            case attaching, attached, detaching
        }

        package var instance: String
        package var device: String
        package var state: State
        package var since: Date
    }

    package var id: String
    package var state: State
    /// Deleted, or a ghost whose moment is over.
    package var isGone: Bool
    package var fate: Fate
    package var zone: String
    package var sizeGiB: Int
    package var type: String
    package var iops: Int?
    package var throughput: Int?
    package var isEncrypted: Bool
    package var kmsKeyID: String?
    package var snapshotID: String?
    package var clientToken: String?
    /// A mark of what its blocks hold; snapshots copy it, restored volumes inherit it.
    ///
    /// Nil: never written to.
    package var content: String?
    package var tags: [String: String]
    package var attachment: Attachment?
    package var createdAt: Date
    package var deletedAt: Date?
}

/// A snapshot as it really is.
package struct LocalSnapshot: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Codable {
        case pending, completed, error
    }

    package var id: String
    package var volumeID: String
    package var state: State
    package var progressPercent: Int
    package var sizeGiB: Int
    package var content: String?
    package var tags: [String: String]
    package var description: String
    package var ownerID: String
    package var isEncrypted: Bool
    package var startedAt: Date
    package var deletedAt: Date?
}

/// A snapshot that wasn't made through the API.
package struct EC2PlantedSnapshot: Sendable, Hashable {
    package var volumeID = "vol-0000000000000ffff"
    package var sizeGiB = 1
    package var tags: [String: String] = [:]
    package var description = ""
    package var content: String?
    /// Nil means the stack's own account.
    package var ownerID: String?
    /// How long ago it was started.
    package var age = Duration.zero
    package var state = LocalSnapshot.State.completed

    package init() {}
}
