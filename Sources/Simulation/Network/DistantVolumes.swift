package import Reservations

/// EC2, as a machine reaches it.
package final class DistantVolumes: Sendable {
    let base: InMemoryVolumes
    let network: Network
    let machine: Machine

    package init(_ base: InMemoryVolumes, over network: Network, from machine: Machine) {
        self.base = base
        self.network = network
        self.machine = machine
    }

    func call<Value: Sendable>(
        _ deed: String,
        _ effect: @escaping @Sendable () async throws(VolumeError) -> Value
    ) async throws(VolumeError) -> Value {
        try await network.send(
            Call(service: .ec2, deed: deed, machine: machine),
            orFail: { reason, may in VolumeError(.tryLater, reason, mayHaveTakenEffect: may) },
            effect
        )
    }
}

extension DistantVolumes: VolumeCreating {
    package func create(_ intent: DiskIntent) async throws(VolumeError) -> VolumeID {
        let deed =
            "CreateVolume \(intent.tags[VolumeTag.reservation].map { "R\(Int($0.suffix(12)) ?? 0)" } ?? "?")"
            + " generation \(intent.generation) from \(intent.snapshot?.rawValue.suffix(4) ?? "nothing")"
        let made = try await call(deed) { [self] () throws(VolumeError) in
            let made = try await base.create(intent)
            network.audit.made(made, by: intent)
            return made
        }
        network.audit.answered(made, of: intent, to: machine)
        return made
    }

    package func volumes(_ ids: [VolumeID]) async throws(VolumeError) -> [VolumeSighting] {
        try await call("look at volumes") { [base] () throws(VolumeError) in try await base.volumes(ids) }
    }

    package func volumes(
        of reservation: ReservationID,
        generation: Int?
    ) async throws(VolumeError) -> [VolumeSighting] {
        try await call("look at tagged") { [base] () throws(VolumeError) in
            try await base.volumes(of: reservation, generation: generation)
        }
    }

    package func volumes(ofFleet fleet: FleetID) async throws(VolumeError) -> [VolumeSighting] {
        try await call("look at all volumes") { [base] () throws(VolumeError) in
            try await base.volumes(ofFleet: fleet)
        }
    }

    package func snapshots(_ ids: [SnapshotID]) async throws(VolumeError) -> [SnapshotSighting] {
        try await call("look at snapshots") { [base] () throws(VolumeError) in try await base.snapshots(ids) }
    }

    package func snapshots(ofVolumes ids: [VolumeID]) async throws(VolumeError) -> [SnapshotSighting] {
        try await call("look at snapshots of") { [base] () throws(VolumeError) in
            try await base.snapshots(ofVolumes: ids)
        }
    }

    package func legacySnapshots(of disk: DiskKey) async throws(VolumeError) -> [SnapshotSighting] {
        try await call("look at legacy") { [base] () throws(VolumeError) in
            try await base.legacySnapshots(of: disk)
        }
    }
}

extension DistantVolumes: VolumeDeleting {
    package func delete(_ id: VolumeID) async throws(VolumeError) {
        try await call("DeleteVolume \(id)") { [self] () throws(VolumeError) in
            try await base.delete(id)
            network.audit.deleted(id)
        }
    }

    package func snapshot(
        _ id: VolumeID,
        description: String,
        tags: [String: String]
    ) async throws(VolumeError) -> SnapshotID {
        try await call("CreateSnapshot \(id) \(tags[VolumeTag.snapshotType] ?? "")") {
            [base] () throws(VolumeError) in
            try await base.snapshot(id, description: description, tags: tags)
        }
    }

    package func deleteSnapshot(_ id: SnapshotID) async throws(VolumeError) {
        try await call("DeleteSnapshot \(id)") { [self] () throws(VolumeError) in
            try await base.deleteSnapshot(id)
            network.audit.deletedSnapshot(id)
        }
    }

    package func tag(volumes ids: [VolumeID], _ tags: [String: String]) async throws(VolumeError) {
        let names = ids.map(\.rawValue).joined(separator: " ")
        try await call("tag \(names)") { [base] () throws(VolumeError) in
            try await base.tag(volumes: ids, tags)
        }
    }

    package func untag(volume id: VolumeID, _ keys: [String]) async throws(VolumeError) {
        try await call("untag \(id)") { [base] () throws(VolumeError) in
            try await base.untag(volume: id, keys)
        }
    }

    package func tag(snapshots ids: [SnapshotID], _ tags: [String: String]) async throws(VolumeError) {
        try await call("tag snapshots") { [base] () throws(VolumeError) in
            try await base.tag(snapshots: ids, tags)
        }
    }

    package func volumePage(
        ofFleet fleet: FleetID,
        after token: String?
    ) async throws(VolumeError) -> ListingPage<VolumeSighting> {
        try await call("look at page") { [base] () throws(VolumeError) in
            try await base.volumePage(ofFleet: fleet, after: token)
        }
    }

    package func snapshotPage(
        ofFleet fleet: FleetID,
        after token: String?
    ) async throws(VolumeError) -> ListingPage<SnapshotSighting> {
        try await call("look at snapshot page") { [base] () throws(VolumeError) in
            try await base.snapshotPage(ofFleet: fleet, after: token)
        }
    }
}
