extension EC2State {
    /// Creates a volume, or answers a repeat by its token.
    mutating func createVolume(
        _ call: EC2Request,
        at moment: EC2Moment,
        answeredIn latency: Duration
    ) throws(EC2Error) -> [XMLNode] {
        var specification = try EC2VolumeSpecification(call, settings: settings)
        let tags = try call.specifiedTags(for: "volume")
        if let token = specification.clientToken, let volume = try repeated(token, call, at: moment.elapsed) {
            return Self.description(of: volume, at: moment.elapsed, settings: settings)
        }
        guard !settings.creation.fullZones.contains(specification.zone) else {
            throw EC2Error(
                "InsufficientVolumeCapacity",
                status: 500,
                "There is not enough capacity to fulfill your EBS volume provision request in \(specification.zone)."
            )
        }
        let snapshot = try usableSnapshot(specification.snapshotID, at: moment.elapsed)
        try specification.settle(snapshot: snapshot, bounds: settings.creation.gp3)
        try checkQuota(adding: specification, at: moment.elapsed)
        let volume = make(specification, tags: tags, content: snapshot?.content, at: moment)
        if let snapshot { contentChanges.append(.copy(from: snapshot.id, to: volume.id)) }
        if let token = specification.clientToken {
            let use = EC2Tokens.Use(
                fingerprint: call.fingerprint,
                volumeID: volume.id,
                usedAt: moment.elapsed,
                answeredAt: moment.elapsed + latency
            )
            tokens.record(token, use)
        }
        return Self.description(of: volume, at: moment.elapsed, settings: settings)
    }

    /// The volume that this token made already; nil if the token is new or forgotten.
    ///
    /// - Throws: `IdempotentParameterMismatch`; `VolumeLimitExceeded`, since the quota is checked first.
    private mutating func repeated(
        _ token: String,
        _ call: EC2Request,
        at now: Duration
    ) throws(EC2Error) -> EC2Volume? {
        let creation = settings.creation
        tokens.sweep(
            at: now,
            lifetime: max(creation.tokenLifetime, creation.burntTokenLifetime).duration
        )
        guard let use = tokens.use(of: token) else { return nil }
        let volume = volumes[use.volumeID]
        let isBurnt = volume?.burnsToken(at: now) ?? true
        let lifetime = isBurnt ? creation.burntTokenLifetime : creation.tokenLifetime
        guard now - use.usedAt < lifetime.duration else {
            tokens.forget(token)
            return nil
        }
        if creation.tokenInFlight == .mismatch, now < use.answeredAt { throw .tokenMismatch }
        guard use.fingerprint == call.fingerprint else { throw .tokenMismatch }
        guard let volume, !isBurnt else { throw .tokenBurnt }
        if creation.repeatOverQuotaFails { try checkQuota(adding: volume.specification, at: now) }
        return volume
    }

    private func usableSnapshot(_ id: String?, at now: Duration) throws(EC2Error) -> EC2Snapshot? {
        guard let id else { return nil }
        let snapshot = try findSnapshot(id, at: now)
        let state = snapshot.state(at: now)
        guard state == .completed else {
            throw EC2Error("IncorrectState", "Snapshot is in invalid state - \(state.rawValue)")
        }
        return snapshot
    }

    /// - Throws: `VolumeLimitExceeded`, `MaxIOPSLimitExceeded`.
    private func checkQuota(adding specification: EC2VolumeSpecification, at now: Duration) throws(EC2Error) {
        let creation = settings.creation
        var count = 1
        var gibibytes = specification.sizeGiB
        var operations = specification.iops ?? 0
        for volume in volumes.values where !volume.isGone(at: now) {
            count += 1
            gibibytes += volume.specification.sizeGiB
            operations += volume.specification.iops ?? 0
        }
        if let quota = creation.volumeQuota, count > quota {
            throw EC2Error("VolumeLimitExceeded", "Maximum number of active volumes, \(quota), exceeded.")
        }
        guard gibibytes <= creation.storageQuotaGiB else {
            throw EC2Error(
                "VolumeLimitExceeded",
                "You have exceeded your maximum storage limit of \(creation.storageQuotaGiB) GiB in this region."
            )
        }
        guard operations <= creation.iopsQuota else {
            throw EC2Error(
                "MaxIOPSLimitExceeded",
                "You have exceeded your maximum total IOPS of \(creation.iopsQuota) in this region."
            )
        }
    }

    private mutating func make(
        _ specification: EC2VolumeSpecification,
        tags: [String: String],
        content: String?,
        at moment: EC2Moment
    ) -> EC2Volume {
        let now = moment.elapsed
        let fate = drawFate(specification)
        let settling =
            fate == .ghost ? settings.creation.ghostLife.duration * scale : draw(settings.creation.latency)
        let idLag = draw(settings.consistency.idLag)
        let tagLag = max(idLag, draw(settings.consistency.tagLag))
        let volume = EC2Volume(
            id: newID(.volume),
            specification: specification,
            fate: fate,
            createdAt: moment.date,
            settledAt: now + settling,
            visibleAt: now + idLag,
            listedAt: now + tagLag,
            content: content,
            tags: EC2Tags(tags)
        )
        volumes[volume.id] = volume
        volumesCreated += 1
        // A ghost is never deleted: it has to be forgotten some time, too.
        if fate == .ghost { remember(deleted: volume.id) }
        return volume
    }

    private mutating func drawFate(_ specification: EC2VolumeSpecification) -> LocalVolume.Fate {
        if !decreedFates.isEmpty { return decreedFates.removeFirst() }
        if let key = specification.kmsKeyID, !settings.creation.kmsKeys.contains(key) { return .ghost }
        if happens(settings.creation.ghostProbability) { return .ghost }
        if happens(settings.creation.errorProbability) { return .error }
        if happens(settings.creation.stuckProbability) { return .stuck }
        return .available
    }
}
