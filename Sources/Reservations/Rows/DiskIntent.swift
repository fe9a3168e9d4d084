package import Foundation
import Crypto

/// The whole CreateVolume request, written before it is sent, so that a replay sends exactly this.
package struct DiskIntent: Codable, Sendable, Equatable {
    package let generation: Int
    /// Hex SHA-256 of fleet, reservation and generation: EC2's ClientToken (64 characters at most).
    package let token: String
    package let zone: String
    package let sizeGiB: Int
    package let volumeType: String
    package let iops: Int
    /// MiB/s.
    package let throughput: Int
    package let snapshot: SnapshotID?
    package let tags: [String: String]
    package let disk: DiskKey
    package let headVersion: Int
    package let writtenAt: Date
    /// Why this generation will have no volume; nil while it may.
    package var givenUp: String?

    enum CodingKeys: String, CodingKey {
        case generation, token, zone
        case sizeGiB = "size_gib"
        case volumeType = "volume_type"
        case iops, throughput, snapshot, tags, disk
        case headVersion = "head_version"
        case writtenAt = "written_at"
        case givenUp = "given_up"
    }

    package init(
        generation: Int,
        token: String,
        zone: String,
        sizeGiB: Int,
        volumeType: String,
        iops: Int,
        throughput: Int,
        snapshot: SnapshotID?,
        tags: [String: String],
        disk: DiskKey,
        headVersion: Int,
        writtenAt: Date
    ) {
        self.generation = generation
        self.token = token
        self.zone = zone
        self.sizeGiB = sizeGiB
        self.volumeType = volumeType
        self.iops = iops
        self.throughput = throughput
        self.snapshot = snapshot
        self.tags = tags
        self.disk = disk
        self.headVersion = headVersion
        self.writtenAt = writtenAt
    }

    package static func token(fleet: FleetID, reservation: ReservationID, generation: Int) -> String {
        let text = "\(fleet.rawValue)/\(reservation.rawValue)/\(generation)"
        return SHA256.hash(data: Data(text.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

/// The tags by which Berth knows what is its own.
package enum VolumeTag {
    package static let fleet = "berth-fleet"
    package static let reservation = "berth-reservation"
    package static let generation = "berth-generation"
    package static let token = "berth-token"
    package static let user = "gpu-dev-user"
    package static let disk = "disk_name"
    package static let saveID = "berth-save-id"
    package static let snapshotType = "SnapshotType"
    package static let deleteDate = "delete-date"
    /// Seconds since 1970: when the janitor put the volume into quarantine.
    package static let quarantine = "berth-quarantined"
    /// Seconds since 1970: until when a person wants it kept.
    package static let keepUntil = "berth-keep-until"
    /// The snapshot that `berth-janitor undo` made the volume from.
    package static let restoredFrom = "berth-restored-from"
    /// Seconds since 1970: since when a snapshot has been seen to be no disk's head.
    package static let spareSince = "berth-spare-since"
}

/// What the pod is made from, fixed before it is posted.
package struct PodIntent: Codable, Sendable, Equatable {
    package let generation: Int
    package var storage: PodStorage
    /// The public half; the private one is in the pod's secret alone.
    package let hostKey: String
    package let keyCount: Int
    package let sharedStorage: SharedFileSystem?
    package let node: String
    package let zone: String
    package let writtenAt: Date

    enum CodingKeys: String, CodingKey {
        case generation, storage, node, zone
        case hostKey = "host_key"
        case keyCount = "key_count"
        case sharedStorage = "shared_storage"
        case writtenAt = "written_at"
    }

    package init(
        generation: Int,
        storage: PodStorage,
        hostKey: String,
        keyCount: Int,
        sharedStorage: SharedFileSystem?,
        node: String,
        zone: String,
        writtenAt: Date
    ) {
        self.generation = generation
        self.storage = storage
        self.hostKey = hostKey
        self.keyCount = keyCount
        self.sharedStorage = sharedStorage
        self.node = node
        self.zone = zone
        self.writtenAt = writtenAt
    }
}

/// What is mounted at the home directory.
package enum PodStorage: Codable, Sendable, Equatable {
    case volume(VolumeID, generation: Int)
    case emptyDir(because: String)

    package var volume: VolumeID? {
        guard case .volume(let id, _) = self else { return nil }
        return id
    }
}
