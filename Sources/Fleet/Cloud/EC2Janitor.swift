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

    package func tag(volume id: Reservations.VolumeID, _ tags: [String: String]) async throws(VolumeError) {
        do {
            try await ec2.createTags(tags, on: [id.rawValue])
        } catch {
            throw VolumeError(error, "CreateTags")
        }
    }
}
