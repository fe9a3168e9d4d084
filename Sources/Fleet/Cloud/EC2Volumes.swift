package import AWS
package import Reservations

/// What a worker may do in EC2: look, and make volumes.
package struct EC2Volumes: EC2Watching, VolumeCreating {
    package let ec2: EC2
    package let time: any Timepiece

    package init(_ ec2: EC2, time: any Timepiece) {
        self.ec2 = ec2
        self.time = time
    }

    /// Sends exactly this request; the same one again is the same volume.
    package func create(_ intent: DiskIntent) async throws(VolumeError) -> Reservations.VolumeID {
        let request = EC2.CreateVolume(
            clientToken: intent.token,
            availabilityZone: intent.zone,
            sizeGiB: intent.sizeGiB,
            snapshotID: intent.snapshot.map { EC2.SnapshotID($0.rawValue) },
            type: intent.volumeType,
            iops: intent.iops,
            throughputMiBps: intent.throughput,
            tags: intent.tags
        )
        let volume: EC2.Volume
        do {
            volume = try await ec2.createVolume(request)
        } catch {
            throw VolumeError(creating: error)
        }
        guard let id = Reservations.VolumeID(rawValue: volume.id.rawValue) else {
            let text = "CreateVolume answered \"\(volume.id.rawValue.prefix(80))\" as the volume's id"
            throw VolumeError(.tryLater, text, mayHaveTakenEffect: true)
        }
        return id
    }
}
