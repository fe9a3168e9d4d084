package import AWS
import Foundation
package import Reservations

/// Looking at volumes and snapshots in EC2: what workers and janitors have in common.
package protocol EC2Watching: VolumeWatching {
    var ec2: EC2 { get }
    var time: any Timepiece { get }
}

extension EC2Watching {
    /// Asks by filter: an unknown id is missing in the answer, where a list of ids would fail as a whole.
    package func volumes(_ ids: [Reservations.VolumeID]) async throws(VolumeError) -> [VolumeSighting] {
        var sightings: [VolumeSighting] = []
        for chunk in ids.unique.pieces(of: EC2Limits.filterValues) {
            sightings += try await volumes([.init(name: "volume-id", values: chunk.map(\.rawValue))])
        }
        return sightings
    }

    package func volumes(
        of reservation: ReservationID,
        generation: Int?
    ) async throws(VolumeError) -> [VolumeSighting] {
        var filters = [EC2.Filter.tag(VolumeTag.reservation, reservation.rawValue)]
        if let generation { filters.append(.tag(VolumeTag.generation, String(generation))) }
        return try await volumes(filters)
    }

    package func volumes(ofFleet fleet: FleetID) async throws(VolumeError) -> [VolumeSighting] {
        try await volumes([.tag(VolumeTag.fleet, fleet.rawValue)])
    }

    package func snapshots(_ ids: [Reservations.SnapshotID]) async throws(VolumeError) -> [SnapshotSighting] {
        var sightings: [SnapshotSighting] = []
        for chunk in ids.unique.pieces(of: EC2Limits.filterValues) {
            sightings += try await snapshots([.init(name: "snapshot-id", values: chunk.map(\.rawValue))])
        }
        return sightings
    }

    package func snapshots(
        ofVolumes ids: [Reservations.VolumeID]
    ) async throws(VolumeError) -> [SnapshotSighting] {
        var sightings: [SnapshotSighting] = []
        for chunk in ids.unique.pieces(of: EC2Limits.filterValues) {
            sightings += try await snapshots([.init(name: "volume-id", values: chunk.map(\.rawValue))])
        }
        return sightings
    }

    package func legacySnapshots(of disk: DiskKey) async throws(VolumeError) -> [SnapshotSighting] {
        var filters = [
            EC2.Filter.tag(VolumeTag.user, disk.userID.rawValue),
            .init(name: "status", values: ["completed"]),
        ]
        // No filter asks for the absence of a tag, which is how the unnamed disk may be known.
        if disk.name != .unnamed { filters.append(.tag(VolumeTag.disk, disk.name.rawValue)) }
        return LegacySnapshots.heads(of: disk, among: try await snapshots(filters))
    }

    private func volumes(_ filters: [EC2.Filter]) async throws(VolumeError) -> [VolumeSighting] {
        // The moment before the question: what it shows may be older than the answer, never older than that.
        let seenAt = time.now()
        let volumes: [EC2.Volume]
        do {
            volumes = try await ec2.describeVolumes(filters: filters)
        } catch {
            throw VolumeError(error, "DescribeVolumes")
        }
        var sightings: [VolumeSighting] = []
        for volume in volumes { sightings.append(try VolumeSighting(volume, seenAt: seenAt)) }
        return sightings
    }

    private func snapshots(_ filters: [EC2.Filter]) async throws(VolumeError) -> [SnapshotSighting] {
        let snapshots: [EC2.Snapshot]
        do {
            snapshots = try await ec2.describeSnapshots(filters: filters)
        } catch {
            throw VolumeError(error, "DescribeSnapshots")
        }
        var sightings: [SnapshotSighting] = []
        for snapshot in snapshots { sightings.append(try SnapshotSighting(snapshot)) }
        return sightings
    }
}

enum EC2Limits {
    /// Values of one filter.
    ///
    /// Source: EC2 guide, "List and filter using the CLI and API".
    static let filterValues = 200
}

extension Array where Element: Hashable {
    fileprivate var unique: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }

    fileprivate func pieces(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}
