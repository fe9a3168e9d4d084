package import Reservations
import Synchronization

extension InMemoryVolumes: VolumeCreating {
    package func create(_ intent: DiskIntent) async throws(VolumeError) -> VolumeID {
        let deed = state.withLock { state in
            defer { state.beforeCreate = nil }
            return state.beforeCreate
        }
        await deed?()
        await Life.pass()
        let now = time.monotonic()
        let trouble = state.withLock { state -> CreateTrouble? in
            state.calls["create", default: 0] += 1
            return state.createTroubles.isEmpty ? nil : state.createTroubles.removeFirst()
        }
        if case .fail(let error) = trouble { throw error }
        let created = time.now()
        let timing = currentTiming
        let id = try state.withLock { state throws(VolumeError) -> VolumeID in
            if state.burnt.contains(intent.token) { throw VolumeError(.tokenMismatch, "the token is burnt") }
            if let known = state.intents[intent.token] {
                guard known.intent == intent else {
                    throw VolumeError(.tokenMismatch, "the token was used with other parameters")
                }
                return known.volume
            }
            let id = state.nextVolumeID()
            state.intents[intent.token] = (intent, id)
            if case .ghost = trouble { return id }
            var volume = Volume(
                id: id,
                tags: intent.tags,
                token: intent.token,
                zone: intent.zone,
                createdAt: created,
                snapshot: intent.snapshot,
                content: intent.snapshot.flatMap { state.snapshots[$0]?.content } ?? [],
                availableAt: now + timing.creating,
                visibleAt: now + timing.listingLag
            )
            if case .goToError = trouble { volume.fixedState = .error }
            state.volumes[id] = volume
            return id
        }
        if case .slow(let wait) = trouble { _ = try? await time.sleep(for: wait) }
        chronicle.add("volumes: created \(id)")
        await Life.pass()
        if case .failAfterEffect(let error) = trouble { throw error }
        return id
    }

    package func volumes(_ ids: [VolumeID]) async throws(VolumeError) -> [VolumeSighting] {
        try await begin(.describe, "describe")
        let asked = Set(ids)
        let seen = sightings { asked.contains($0.id) }
        await Life.pass()
        return seen
    }

    package func volumes(
        of reservation: ReservationID,
        generation: Int?
    ) async throws(VolumeError) -> [VolumeSighting] {
        try await begin(.list, "list")
        let seen = sightings { volume in
            volume.tags[VolumeTag.reservation] == reservation.rawValue
                && (generation == nil || volume.tags[VolumeTag.generation] == generation.map(String.init))
        }
        await Life.pass()
        return seen
    }

    package func volumes(ofFleet fleet: FleetID) async throws(VolumeError) -> [VolumeSighting] {
        try await begin(.list, "listFleet")
        let seen = sightings { $0.tags[VolumeTag.fleet] == fleet.rawValue }
        await Life.pass()
        return seen
    }

    private func sightings(_ belongs: (Volume) -> Bool) -> [VolumeSighting] {
        let now = time.monotonic()
        let date = time.now()
        return state.withLock { state in
            state.volumes.values.filter { !$0.isGone && $0.visibleAt <= now && belongs($0) }
                .sorted { $0.id < $1.id }
                .map { volume in
                    VolumeSighting(
                        id: volume.id,
                        state: volume.state(at: now),
                        zone: volume.zone,
                        createdAt: volume.createdAt,
                        snapshot: volume.snapshot,
                        isAttached: volume.attachedTo != nil,
                        tags: volume.tags,
                        seenAt: date
                    )
                }
        }
    }

    package func snapshots(_ ids: [SnapshotID]) async throws(VolumeError) -> [SnapshotSighting] {
        try await snapshots { ids.contains($0.id) }
    }

    package func snapshots(ofVolumes ids: [VolumeID]) async throws(VolumeError) -> [SnapshotSighting] {
        let asked = Set(ids)
        return try await snapshots { $0.volume.map(asked.contains) == true }
    }

    package func legacySnapshots(of disk: DiskKey) async throws(VolumeError) -> [SnapshotSighting] {
        try await snapshots { snapshot in
            snapshot.tags[VolumeTag.user] == disk.userID.rawValue
                && snapshot.tags[VolumeTag.disk] == disk.name.rawValue
                && snapshot.tags[VolumeTag.fleet] == nil
        }
    }

    private func snapshots(_ belongs: (Snapshot) -> Bool) async throws(VolumeError) -> [SnapshotSighting] {
        try await begin(.snapshots, "snapshots")
        let now = time.monotonic()
        let seen = state.withLock { state in
            state.snapshots.values.filter { !$0.isGone && $0.visibleAt <= now && belongs($0) }.sorted {
                $0.id < $1.id
            }
            .map { snapshot in
                SnapshotSighting(
                    id: snapshot.id,
                    volume: snapshot.volume,
                    state: snapshot.isFailed
                        ? .error : snapshot.completeAt <= now ? .completed : .pending,
                    progress: snapshot.completeAt <= now ? "100%" : "42%",
                    startedAt: snapshot.startedAt,
                    tags: snapshot.tags
                )
            }
        }
        await Life.pass()
        return seen
    }
}

extension InMemoryVolumes: VolumeDeleting {
    package func delete(_ id: VolumeID) async throws(VolumeError) {
        try await begin(.delete, "delete")
        try state.withLock { state throws(VolumeError) in
            guard let volume = state.volumes[id], !volume.isGone else {
                throw VolumeError(.notFound, "no \(id)")
            }
            guard volume.attachedTo == nil else { throw VolumeError(.inUse, "\(id) is attached") }
            state.volumes[id]?.isGone = true
        }
        chronicle.add("volumes: deleted \(id)")
        await Life.pass()
    }

    package func snapshot(
        _ id: VolumeID,
        description: String,
        tags: [String: String]
    ) async throws(VolumeError) -> SnapshotID {
        try await begin(.snapshot, "snapshot")
        let now = time.monotonic()
        let startedAt = time.now()
        let timing = currentTiming
        let made = try state.withLock { state throws(VolumeError) -> SnapshotID in
            guard let volume = state.volumes[id], !volume.isGone else {
                throw VolumeError(.notFound, "no \(id)")
            }
            let snapshot = state.nextSnapshotID()
            state.snapshots[snapshot] = Snapshot(
                id: snapshot,
                volume: id,
                tags: tags,
                content: volume.content,
                startedAt: startedAt,
                completeAt: now + timing.snapshotting,
                visibleAt: now + timing.snapshotLag
            )
            return snapshot
        }
        chronicle.add("volumes: snapshot \(made) of \(id)")
        await Life.pass()
        return made
    }

    package func deleteSnapshot(_ id: SnapshotID) async throws(VolumeError) {
        try await begin(.delete, "deleteSnapshot")
        state.withLock { $0.snapshots[id]?.isGone = true }
        await Life.pass()
    }

    package func tag(volumes ids: [VolumeID], _ tags: [String: String]) async throws(VolumeError) {
        try await begin(.tag, "tag")
        try state.withLock { state throws(VolumeError) in
            for id in ids where state.volumes[id]?.isGone != false {
                throw VolumeError(.notFound, "no \(id)")
            }
            for id in ids { state.volumes[id]?.tags.merge(tags) { _, new in new } }
        }
        await Life.pass()
    }

    package func untag(volume id: VolumeID, _ keys: [String]) async throws(VolumeError) {
        try await begin(.tag, "untag")
        state.withLock { state in for key in keys { state.volumes[id]?.tags[key] = nil } }
        await Life.pass()
    }

    package func tag(snapshots ids: [SnapshotID], _ tags: [String: String]) async throws(VolumeError) {
        try await begin(.tag, "tag")
        state.withLock { state in
            for id in ids { state.snapshots[id]?.tags.merge(tags) { _, new in new } }
        }
        await Life.pass()
    }

    package func volumePage(
        ofFleet fleet: FleetID,
        after token: String?
    ) async throws(VolumeError) -> ListingPage<VolumeSighting> {
        let all = try await volumes(ofFleet: fleet)
        let hidden = state.withLock(\.unlisted)
        return page(of: all.filter { !hidden.contains($0.id) }, after: token)
    }

    package func snapshotPage(
        ofFleet fleet: FleetID,
        after token: String?
    ) async throws(VolumeError) -> ListingPage<SnapshotSighting> {
        page(of: try await snapshots { $0.tags[VolumeTag.fleet] == fleet.rawValue }, after: token)
    }

    private func page<Element: Sendable>(of all: [Element], after token: String?) -> ListingPage<Element> {
        let start = token.flatMap(Int.init) ?? 0
        let end = min(start + state.withLock(\.pageSize), all.count)
        return ListingPage(elements: Array(all[start..<end]), next: end < all.count ? String(end) : nil)
    }
}

extension InMemoryVolumes.Volume {
    func state(at now: Duration) -> VolumeSighting.State {
        if let fixedState { return fixedState }
        if attachedTo != nil { return .inUse }
        return now >= availableAt ? .available : .creating
    }
}

extension InMemoryVolumes: VolumeRestoring {
    package func restore(
        _ snapshot: SnapshotID,
        zone: String,
        token: String,
        tags: [String: String]
    ) async throws(VolumeError) -> VolumeID {
        try await begin(.restore, "restore")
        let created = time.now()
        let made = try state.withLock { state throws(VolumeError) -> VolumeID in
            guard let source = state.snapshots[snapshot], !source.isGone else {
                throw VolumeError(.cannotBeMade, "no \(snapshot)")
            }
            if let known = state.volumes.values.first(where: { $0.token == token }) { return known.id }
            let id = state.nextVolumeID()
            state.volumes[id] = Volume(
                id: id,
                tags: tags,
                token: token,
                zone: zone,
                createdAt: created,
                snapshot: snapshot,
                content: source.content,
                availableAt: .zero,
                visibleAt: .zero
            )
            return id
        }
        await Life.pass()
        return made
    }
}
