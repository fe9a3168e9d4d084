import Foundation

extension EC2State {
    /// Makes a snapshot that is there at once, for all readers.
    mutating func plant(_ planted: EC2PlantedSnapshot, at moment: EC2Moment) -> String {
        let age = planted.age / .seconds(1)
        let isPending = planted.state == .pending
        let snapshot = EC2Snapshot(
            id: newID(.snapshot),
            volumeID: planted.volumeID,
            sizeGiB: planted.sizeGiB,
            content: planted.content,
            description: planted.description,
            ownerID: planted.ownerID ?? settings.accountID,
            isEncrypted: false,
            startedAt: moment.date.addingTimeInterval(-age),
            started: moment.elapsed,
            settledAt: isPending ? moment.elapsed + draw(settings.snapshots.latency) : moment.elapsed,
            end: isPending ? .completed : planted.state,
            visibleAt: moment.elapsed,
            listedAt: moment.elapsed,
            tags: EC2Tags(planted.tags)
        )
        snapshots[snapshot.id] = snapshot
        return snapshot.id
    }

    mutating func plant(
        volumeIn zone: String,
        sizeGiB: Int,
        tags: [String: String],
        content: String?,
        at moment: EC2Moment
    ) -> String {
        let volume = EC2Volume(
            id: newID(.volume),
            specification: EC2VolumeSpecification(planted: zone, sizeGiB: sizeGiB),
            fate: .available,
            createdAt: moment.date,
            settledAt: moment.elapsed,
            visibleAt: moment.elapsed,
            listedAt: moment.elapsed,
            content: content,
            tags: EC2Tags(tags)
        )
        volumes[volume.id] = volume
        volumesCreated += 1
        return volume.id
    }

    /// Public snapshots of strangers, such as anybody finds who forgets `OwnerIds`.
    mutating func plantStrangers(at moment: EC2Moment) {
        for number in 0..<max(0, settings.snapshots.strangers) {
            var stranger = EC2PlantedSnapshot()
            stranger.ownerID = "111122223333"
            stranger.sizeGiB = 8
            stranger.description = "A stranger's public snapshot \(number)"
            stranger.age = .seconds(86_400 * (number + 1))
            _ = plant(stranger, at: moment)
        }
    }
}

extension EC2VolumeSpecification {
    init(planted zone: String, sizeGiB: Int) {
        self.zone = zone
        self.sizeGiB = sizeGiB
        type = "gp3"
        iops = 3_000
        throughput = 125
        isEncrypted = false
    }
}
