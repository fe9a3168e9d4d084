import Foundation

/// What EC2 showed of many volumes at once.
struct CloudLook: Sendable {
    let volumes: [VolumeID: VolumeSighting]
    let snapshots: [VolumeID: [SnapshotSighting]]
    let at: Moment
}

extension Janitor {
    func look(atCloud ids: [VolumeID]) async throws(VolumeError) -> CloudLook {
        let at = ports.time.moment()
        let volumes = try await ports.volumes.volumes(ids)
        let snapshots = volumes.isEmpty ? [] : try await ports.volumes.snapshots(ofVolumes: volumes.map(\.id))
        var byVolume: [VolumeID: [SnapshotSighting]] = [:]
        for snapshot in snapshots {
            if let volume = snapshot.volume { byVolume[volume, default: []].append(snapshot) }
        }
        return CloudLook(
            volumes: Dictionary(volumes.map { ($0.id, $0) }) { one, _ in one },
            snapshots: byVolume,
            at: at
        )
    }

    /// The cloud first, the table after: what the table says is never older than what the cloud showed.
    func look(at id: VolumeID, _ cleanup: Cleanup, _ cloud: CloudLook) async throws -> VolumeCase {
        let volume = cloud.volumes[id]
        let tagged = volume?.tags[VolumeTag.reservation].flatMap(ReservationID.init(rawValue:))
        // Without a volume there is no tag to go by, and the report is all there is.
        let named = volume == nil ? cleanup.report?.reservation : tagged
        let readAt = ports.time.moment()
        var row: Reservation?
        var disk: Disk?
        var objects: [ClusterObject] = []
        if let named { row = try await ports.ledger.reservation(named) }
        if let key = row?.diskIntent?.disk ?? Self.diskKey(volume) { disk = try await ports.ledger.disk(key) }
        let lookedAt = ports.time.moment()
        // What lives needs no look into the cluster.
        if let named, row?.status.isTerminal != false { objects = try await ports.pods.objects(of: named) }
        var seen = cleanup
        if volume?.isAttached == true { seen.wasSeenAttached = true }
        if let volume, volume.state != .error { seen.absentSince = nil }
        seen.zone = volume?.zone ?? seen.zone
        return VolumeCase(
            id: id,
            volume: Observed(volume, at: cloud.at),
            snapshots: Observed(cloud.snapshots[id] ?? [], at: cloud.at),
            reservation: Observed(row, at: readAt),
            disk: Observed(disk, at: readAt),
            objects: Observed(objects, at: lookedAt),
            cleanup: seen,
            fleet: fleet,
            now: ports.time.moment(),
            serviceNow: ports.time.serviceNow()
        )
    }

    private static func diskKey(_ volume: VolumeSighting?) -> DiskKey? {
        guard let user = volume?.tags[VolumeTag.user].flatMap(UserID.init(rawValue:)),
            let name = volume?.tags[VolumeTag.disk].flatMap(DiskName.init(rawValue:))
        else { return nil }
        return DiskKey(userID: user, name: name)
    }
}
