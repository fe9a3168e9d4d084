package import AWS
package import Reservations

/// What the janitor alone may do in EC2: tag, save and delete volumes, and make none.
package struct EC2Janitor: EC2Watching, VolumeDeleting {
    package let ec2: EC2
    package let time: any Timepiece

    package init(_ ec2: EC2, time: any Timepiece) {
        self.ec2 = ec2
        self.time = time
    }

    package func delete(_ id: Reservations.VolumeID) async throws(VolumeError) {
        do {
            try await ec2.deleteVolume(EC2.VolumeID(id.rawValue))
        } catch {
            throw VolumeError(error, "DeleteVolume")
        }
    }

    package func snapshot(
        _ id: Reservations.VolumeID,
        description: String,
        tags: [String: String]
    ) async throws(VolumeError) -> Reservations.SnapshotID {
        let snapshot: EC2.Snapshot
        do {
            snapshot = try await ec2.createSnapshot(
                of: EC2.VolumeID(id.rawValue),
                description: description,
                tags: tags
            )
        } catch {
            throw VolumeError(error, "CreateSnapshot")
        }
        guard let made = Reservations.SnapshotID(rawValue: snapshot.id.rawValue) else {
            let text = "CreateSnapshot answered \"\(snapshot.id.rawValue.prefix(80))\" as the snapshot's id"
            throw VolumeError(.tryLater, text, mayHaveTakenEffect: true)
        }
        return made
    }

    package func deleteSnapshot(_ id: Reservations.SnapshotID) async throws(VolumeError) {
        do {
            try await ec2.deleteSnapshot(EC2.SnapshotID(id.rawValue))
        } catch {
            throw VolumeError(error, "DeleteSnapshot")
        }
    }

    package func tag(
        volumes ids: [Reservations.VolumeID],
        _ tags: [String: String]
    ) async throws(VolumeError) {
        do {
            try await ec2.createTags(tags, on: ids.map(\.rawValue))
        } catch {
            throw VolumeError(error, "CreateTags")
        }
    }

    package func untag(volume id: Reservations.VolumeID, _ keys: [String]) async throws(VolumeError) {
        do {
            try await ec2.deleteTags(keys, on: [id.rawValue])
        } catch {
            throw VolumeError(error, "DeleteTags")
        }
    }

    package func tag(
        snapshots ids: [Reservations.SnapshotID],
        _ tags: [String: String]
    ) async throws(VolumeError) {
        do {
            try await ec2.createTags(tags, on: ids.map(\.rawValue))
        } catch {
            throw VolumeError(error, "CreateTags")
        }
    }

    package func volumePage(
        ofFleet fleet: FleetID,
        after token: String?
    ) async throws(VolumeError) -> ListingPage<VolumeSighting> {
        let seenAt = time.now()
        let page: EC2.ListPage<EC2.Volume>
        do {
            page = try await ec2.describeVolumes(
                page: token,
                filters: [.tag(VolumeTag.fleet, fleet.rawValue)]
            )
        } catch {
            throw VolumeError(error, "DescribeVolumes")
        }
        var sightings: [VolumeSighting] = []
        for volume in page.elements { sightings.append(try VolumeSighting(volume, seenAt: seenAt)) }
        return ListingPage(elements: sightings, next: page.next)
    }

    package func snapshotPage(
        ofFleet fleet: FleetID,
        after token: String?
    ) async throws(VolumeError) -> ListingPage<SnapshotSighting> {
        let page: EC2.ListPage<EC2.Snapshot>
        do {
            page = try await ec2.describeSnapshots(
                page: token,
                filters: [.tag(VolumeTag.fleet, fleet.rawValue)]
            )
        } catch {
            throw VolumeError(error, "DescribeSnapshots")
        }
        var sightings: [SnapshotSighting] = []
        for snapshot in page.elements { sightings.append(try SnapshotSighting(snapshot)) }
        return ListingPage(elements: sightings, next: page.next)
    }
}

/// Makes volumes from snapshots, for a person who undoes a deletion, with that person's rights.
package struct EC2Restorer: VolumeRestoring {
    private let ec2: EC2

    package init(_ ec2: EC2) { self.ec2 = ec2 }

    package func restore(
        _ snapshot: Reservations.SnapshotID,
        zone: String,
        token: String,
        tags: [String: String]
    ) async throws(VolumeError) -> Reservations.VolumeID {
        let volume: EC2.Volume
        do {
            volume = try await ec2.createVolume(
                EC2.CreateVolume(
                    clientToken: token,
                    availabilityZone: zone,
                    snapshotID: EC2.SnapshotID(snapshot.rawValue),
                    tags: tags
                )
            )
        } catch {
            throw VolumeError(creating: error)
        }
        return try Reservations.VolumeID(read: volume.id.rawValue)
    }
}
