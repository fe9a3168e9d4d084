extension EC2State {
    /// Takes a snapshot of what the volume holds now.
    ///
    /// There is no client token: a repeat makes another.
    mutating func createSnapshot(_ call: EC2Request, at moment: EC2Moment) throws(EC2Error) -> [XMLNode] {
        let now = moment.elapsed
        let volume = try findVolume(try call.id("VolumeId", of: .volume), at: now)
        let tags = try call.specifiedTags(for: "snapshot")
        let state = volume.state(at: now)
        guard state == .available || state == .inUse else {
            throw EC2Error("IncorrectState", "The volume '\(volume.id)' is '\(state.rawValue)'")
        }
        try checkSnapshotLimits(of: volume, at: now)
        let end: LocalSnapshot.State = happens(settings.snapshots.errorProbability) ? .error : .completed
        let idLag = draw(settings.consistency.idLag)
        let snapshot = EC2Snapshot(
            id: newID(.snapshot),
            volumeID: volume.id,
            sizeGiB: volume.specification.sizeGiB,
            content: volume.content,
            description: call.optional("Description") ?? "",
            ownerID: settings.accountID,
            isEncrypted: volume.specification.isEncrypted,
            startedAt: moment.date,
            started: now,
            settledAt: now + draw(settings.snapshots.latency),
            end: end,
            visibleAt: now + idLag,
            listedAt: now + max(idLag, draw(settings.consistency.tagLag)),
            tags: EC2Tags(tags)
        )
        snapshots[snapshot.id] = snapshot
        volumes[volume.id]?.lastSnapshotAt = now
        contentChanges.append(.copy(from: volume.id, to: snapshot.id))
        return Self.description(of: snapshot, at: now, showsProgress: false)
    }

    /// - Throws: the limits of one volume and of the account.
    private func checkSnapshotLimits(of volume: EC2Volume, at now: Duration) throws(EC2Error) {
        let limits = settings.snapshots
        let own = snapshots.values.filter { $0.deletedAt == nil && $0.ownerID == settings.accountID }
        let pending = own.count { $0.volumeID == volume.id && $0.state(at: now) == .pending }
        guard pending < limits.maxPendingPerVolume else {
            throw EC2Error(
                "ConcurrentSnapshotLimitExceeded",
                "Maximum allowed in-progress snapshots for a single volume exceeded."
            )
        }
        if let last = volume.lastSnapshotAt, now - last < limits.interval.duration * scale {
            throw EC2Error(
                "SnapshotCreationPerVolumeRateExceeded",
                "The maximum per volume CreateSnapshot request rate has been exceeded. "
                    + "Use an increasing or variable sleep interval between requests."
            )
        }
        guard own.count < limits.quota else {
            throw EC2Error("SnapshotLimitExceeded", "Maximum number of snapshots, \(limits.quota), exceeded.")
        }
    }

    mutating func deleteSnapshot(_ call: EC2Request, at moment: EC2Moment) throws(EC2Error) -> [XMLNode] {
        let snapshot = try findSnapshot(try call.id("SnapshotId", of: .snapshot), at: moment.elapsed)
        guard snapshot.ownerID == settings.accountID else {
            throw EC2Error("AuthFailure", status: 403, "Not authorized for resource: \(snapshot.id)")
        }
        snapshots[snapshot.id]?.deletedAt = moment.date
        remember(deleted: snapshot.id)
        contentChanges.append(.remove(snapshot.id))
        return EC2Response.succeeded
    }
}
