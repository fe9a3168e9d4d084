package import Foundation

package struct DiskKey: Codable, Sendable, Hashable {
    package let userID: UserID
    package let name: DiskName

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case name = "disk_name"
    }

    package init(userID: UserID, name: DiskName) {
        self.userID = userID
        self.name = name
    }
}

/// A user's disk: the head that the next reservation restores, and who holds it now.
package struct Disk: Codable, Sendable, Equatable {
    package let userID: UserID
    package let name: DiskName
    /// Nil is a value: a disk that Berth made and that nothing was saved of yet.
    package var head: SnapshotID?
    package var headVersion: Int
    package var holder: DiskHolder?
    package var isDeleted: Bool
    package var deletedAt: Date?
    /// The name of the disk whose head it started from, as the replaced system wrote it too.
    package var clonedFrom: String?
    /// Snapshots that are about to be deleted: nothing may restore from them any more.
    package var purging: [SnapshotID]
    package var sizeGiB: Int
    package var createdAt: Date
    package var lastUsed: Date?
    package var version: Int
    package var writeID: String

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case name = "disk_name"
        case head = "head_snapshot_id"
        case headVersion = "head_version"
        case holder
        case isDeleted = "is_deleted"
        case deletedAt = "marked_deleted_at"
        case clonedFrom = "cloned_from"
        case purging
        case sizeGiB = "size_gb"
        case createdAt = "created_at"
        case lastUsed = "last_used"
        case version
        case writeID = "write_id"
    }

    package init(key: DiskKey, head: SnapshotID?, sizeGiB: Int, createdAt: Date) {
        userID = key.userID
        name = key.name
        self.head = head
        headVersion = 0
        isDeleted = false
        purging = []
        self.sizeGiB = sizeGiB
        self.createdAt = createdAt
        version = 0
        writeID = ""
    }

    package var key: DiskKey { DiskKey(userID: userID, name: name) }
}

/// Who holds a disk's lock.
///
/// Head and lock end in one transaction, conditional on all of this.
package struct DiskHolder: Codable, Sendable, Equatable {
    package let reservation: ReservationID
    package let generation: Int
    /// The `headVersion` that the holder restored from.
    package let headVersion: Int
    package var volume: VolumeID?
    /// Random, written once by the janitor: only a snapshot that bears it saves this disk.
    package var saveID: String?
    /// How far the snapshot is, as EC2 writes it, for the user who waits.
    package var saveProgress: String?

    enum CodingKeys: String, CodingKey {
        case reservation, generation, volume
        case headVersion = "head_version"
        case saveID = "save_id"
        case saveProgress = "save_progress"
    }

    package init(reservation: ReservationID, generation: Int, headVersion: Int) {
        self.reservation = reservation
        self.generation = generation
        self.headVersion = headVersion
    }
}
