import Foundation

/// What EC2 showed of many volumes at once.
struct CloudLook: Sendable {
    let volumes: [VolumeID: VolumeSighting]
    let snapshots: [VolumeID: [SnapshotSighting]]
    let at: Moment
}

/// What the tables said of the reservations and disks of many volumes.
private struct TableLook: Sendable {
    var rows: [ReservationID: Reservation] = [:]
    var disks: [DiskKey: Disk] = [:]
    var at: Moment
    /// Rows that can't be read, and why.
    var unreadable: [ReservationID: LedgerError] = [:]
}

extension Janitor {
    /// From so many reservations on, one listing of the cluster costs less than a question for each.
    private static let listedFrom = 4

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

    /// The cloud first, the tables after: what they say is never older than what the cloud showed.
    ///
    /// - Parameters:
    ///   - cleanups: the volumes' rows.
    ///   - cloud: what EC2 showed of them.
    ///   - outcome: told of those that couldn't be looked at.
    /// - Returns: the others' cases.
    /// - Throws: `LedgerError` if the tables can't be read at all.
    func look(
        at cleanups: [Cleanup],
        _ cloud: CloudLook,
        _ outcome: inout RoundOutcome
    ) async throws -> [VolumeCase] {
        let named = Dictionary(
            cleanups.compactMap { cleanup in
                Self.reservation(of: cleanup, cloud).map { (cleanup.volume, $0) }
            }
        ) { one, _ in one }
        let tables = try await lookAtTables(cleanups, named, cloud)
        let lookedAt = ports.time.moment()
        // What lives needs no look into the cluster.
        let asked = Set(named.values).filter { id in
            tables.unreadable[id] == nil && tables.rows[id]?.status.isTerminal != false
        }
        let objects = try await objects(of: asked.sorted())
        var cases: [VolumeCase] = []
        for cleanup in cleanups {
            let id = named[cleanup.volume]
            if let error = id.flatMap({ tables.unreadable[$0] }) {
                outcome.fail([cleanup.volume], error)
                continue
            }
            let row = id.flatMap { tables.rows[$0] }
            let volume = cloud.volumes[cleanup.volume]
            let key = row?.diskIntent?.disk ?? Self.diskKey(volume)
            cases.append(
                VolumeCase(
                    id: cleanup.volume,
                    volume: Observed(volume, at: cloud.at),
                    snapshots: Observed(cloud.snapshots[cleanup.volume] ?? [], at: cloud.at),
                    reservation: Observed(row, at: tables.at),
                    disk: Observed(key.flatMap { tables.disks[$0] }, at: tables.at),
                    objects: Observed(id.flatMap { objects[$0] } ?? [], at: lookedAt),
                    cleanup: cleanup.seeing(volume),
                    fleet: fleet,
                    now: ports.time.moment(),
                    serviceNow: ports.time.serviceNow(),
                    stored: cleanup
                )
            )
        }
        return cases
    }

    /// Looks at one volume.
    ///
    /// - Throws: what kept it from being looked at.
    func look(at cleanup: Cleanup) async throws -> VolumeCase {
        var outcome = RoundOutcome()
        let cloud = try await look(atCloud: [cleanup.volume])
        guard let matter = try await look(at: [cleanup], cloud, &outcome).first else {
            throw LedgerError(.malformed, outcome.troubles[cleanup.volume] ?? "it can't be looked at")
        }
        return matter
    }

    /// Without a volume there is only the tag that it once had, or else the report.
    private static func reservation(of cleanup: Cleanup, _ cloud: CloudLook) -> ReservationID? {
        guard let volume = cloud.volumes[cleanup.volume] else {
            return cleanup.reservation ?? cleanup.report?.reservation
        }
        return volume.tags[VolumeTag.reservation].flatMap(ReservationID.init(rawValue:))
    }

    private func lookAtTables(
        _ cleanups: [Cleanup],
        _ named: [VolumeID: ReservationID],
        _ cloud: CloudLook
    ) async throws -> TableLook {
        var look = TableLook(at: ports.time.moment())
        let ids = Set(named.values).sorted()
        do {
            for row in try await ports.cleanups.reservations(ids) { look.rows[row.id] = row }
        } catch {
            guard error.code == .malformed else { throw error }
            // One that can't be read keeps no other from being judged.
            for id in ids { try await read(id, into: &look) }
        }
        let keys = cleanups.compactMap { cleanup in
            named[cleanup.volume].flatMap { look.rows[$0]?.diskIntent?.disk }
                ?? Self.diskKey(cloud.volumes[cleanup.volume])
        }
        let unique = Set(keys).sorted { ($0.userID, $0.name) < ($1.userID, $1.name) }
        for disk in try await ports.cleanups.disks(unique) { look.disks[disk.key] = disk }
        return look
    }

    private func read(_ id: ReservationID, into look: inout TableLook) async throws {
        do { look.rows[id] = try await ports.ledger.reservation(id) } catch {
            guard error.code == .malformed else { throw error }
            look.unreadable[id] = error
        }
    }

    private func objects(of ids: [ReservationID]) async throws -> [ReservationID: [ClusterObject]] {
        guard ids.count < Self.listedFrom else { return try await ports.pods.fleetObjects() }
        var found: [ReservationID: [ClusterObject]] = [:]
        for id in ids { found[id] = try await ports.pods.objects(of: id) }
        return found
    }

    private static func diskKey(_ volume: VolumeSighting?) -> DiskKey? {
        guard let user = volume?.tags[VolumeTag.user].flatMap(UserID.init(rawValue:)),
            let name = volume?.tags[VolumeTag.disk].flatMap(DiskName.init(rawValue:))
        else { return nil }
        return DiskKey(userID: user, name: name)
    }
}

extension Cleanup {
    /// The row with what a look at its volume adds.
    fileprivate func seeing(_ volume: VolumeSighting?) -> Cleanup {
        var seen = self
        if volume?.isAttached == true { seen.wasSeenAttached = true }
        if let volume, volume.state != .error { seen.absentSince = nil }
        seen.zone = volume?.zone ?? seen.zone
        let tag = volume?.tags[VolumeTag.reservation].flatMap(ReservationID.init(rawValue:))
        seen.reservation = tag ?? seen.reservation
        return seen
    }
}
