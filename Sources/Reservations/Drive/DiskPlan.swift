package import Foundation

/// What a reservation's disk comes to, decided from the rows that stand now.
package enum DiskPlan: Sendable, Equatable {
    /// Lock this disk (nil: it has no row yet) and make a volume from its head.
    case lock(from: Disk?, to: Disk)
    /// No persistent disk, and why, if the user should hear it.
    case without(warning: String?)
    /// The disk can't be had now: the request waits.
    case wait(String)
    case refuse(String)

    /// What is known of the reservation that holds the disk.
    package enum Holder: Sendable, Equatable {
        case living(ReservationID)
        /// It has ended, and the janitor has not yet saved its volume.
        case ended(ReservationID)
    }

    /// The disk that a request asks for; nil if it wants none.
    package static func key(for request: ReservationRequest) -> DiskKey? {
        guard !request.noPersistentDisk else { return nil }
        return DiskKey(userID: request.userID, name: request.diskName ?? .unnamed)
    }

    package static func make(
        for row: Reservation,
        request: ReservationRequest,
        disk: Disk?,
        holder: Holder?,
        firstHead: SnapshotID?,
        settings: WorkerSettings,
        at now: Date
    ) -> DiskPlan {
        guard let key = key(for: request) else { return .without(warning: nil) }
        var locked = disk ?? Disk(key: key, head: firstHead, sizeGiB: settings.disk.sizeGiB, createdAt: now)
        if locked.version == 0 { locked.head = firstHead }
        if locked.isDeleted { return .refuse("disk '\(key.name)' is marked as deleted") }
        if let head = locked.head, locked.purging.contains(head) {
            return .refuse("disk '\(key.name)' is about to be purged")
        }
        if let standing = locked.holder, standing.reservation != row.id {
            return whileHeld(
                key,
                holder ?? .living(standing.reservation),
                isNamed: request.diskName != nil,
                progress: standing.saveProgress
            )
        }
        locked.holder = DiskHolder(
            reservation: row.id,
            generation: row.diskGeneration,
            headVersion: locked.headVersion
        )
        locked.lastUsed = now
        return .lock(from: disk, to: locked)
    }

    private static func whileHeld(
        _ key: DiskKey,
        _ holder: Holder,
        isNamed: Bool,
        progress: String?
    ) -> DiskPlan {
        switch holder {
        case .living(let other) where isNamed:
            return .refuse("disk '\(key.name)' is in use by reservation \(other)")
        case .living(let other):
            return .without(
                warning: "your disk '\(key.name)' is in use by reservation \(other): this server has no"
                    + " persistent disk, and its files are lost when it ends"
            )
        case .ended(let other):
            let extent = progress.map { ", \($0) of it so far" } ?? ""
            return .wait(
                "disk '\(key.name)': the last work of reservation \(other) is still being saved\(extent)"
            )
        }
    }
}

extension DiskIntent {
    /// The whole request, fixed now: a replay sends exactly this.
    package init(
        for row: Reservation,
        disk: Disk,
        zone: String,
        fleet: FleetID,
        defaults: DiskDefaults,
        at now: Date
    ) {
        let generation = row.diskGeneration
        let token = Self.token(fleet: fleet, reservation: row.id, generation: generation)
        let owner = disk.userID.rawValue
        let label = owner.split(separator: "@").first.map(String.init) ?? owner
        let suffix = disk.name == .unnamed ? "" : "-\(disk.name)"
        self.init(
            generation: generation,
            token: token,
            zone: zone,
            sizeGiB: disk.sizeGiB,
            volumeType: defaults.volumeType,
            iops: defaults.iops(for: disk.sizeGiB),
            throughput: defaults.throughput(for: disk.sizeGiB),
            snapshot: disk.head,
            tags: [
                "Name": "gpu-dev-disk-\(label)\(suffix)",
                "Project": "gpu-dev-servers",
                "ManagedBy": "berth",
                "created_at": String(Int64(now.timeIntervalSince1970)),
                "last_used": String(Int64(now.timeIntervalSince1970)),
                VolumeTag.user: owner,
                VolumeTag.disk: disk.name.rawValue,
                VolumeTag.fleet: fleet.rawValue,
                VolumeTag.reservation: row.id.rawValue,
                VolumeTag.generation: String(generation),
                VolumeTag.token: token,
            ],
            disk: disk.key,
            headVersion: disk.headVersion,
            writtenAt: now
        )
    }
}
