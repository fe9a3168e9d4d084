import Foundation

/// What a sweep remembers of a snapshot.
private struct Spare: Sendable {
    let id: SnapshotID
    let disk: DiskKey?
    let saveID: String?
    /// Since when it has been seen to be no head; nil: not yet.
    let since: Date?
    let startedAt: Date?

    init?(_ snapshot: SnapshotSighting) {
        guard snapshot.state == .completed else { return nil }
        id = snapshot.id
        saveID = snapshot.tags[VolumeTag.saveID]
        since = snapshot.tags[VolumeTag.spareSince].flatMap(Double.init)
            .map { Date(timeIntervalSince1970: $0) }
        startedAt = snapshot.startedAt
        let user = snapshot.tags[VolumeTag.user].flatMap(UserID.init(rawValue:))
        let name = snapshot.tags[VolumeTag.disk].flatMap(DiskName.init(rawValue:))
        if let user, let name { disk = DiskKey(userID: user, name: name) } else { disk = nil }
    }
}

/// What the tables know of snapshots: heads, and those that may become heads.
private struct Heads: Sendable {
    var heads: Set<SnapshotID> = []
    var saveIDs: Set<String> = []
}

extension Janitor {
    /// A younger snapshot may be about to become a head.
    private static let settled: Duration = .seconds(24 * 3600)
    /// As many resources as one call tags.
    private static let tagBatch = 200

    /// Marks what has ceased to be a head, and deletes what has been marked for long enough.
    ///
    /// `purging` is written by condition first; then all heads are read again; only then is it deleted.
    func sweepSnapshots(_ report: inout SweepReport) async throws {
        guard let now = ports.time.serviceNow(), report.stopped == nil else { return }
        var spares: [Spare] = []
        var listed: Set<SnapshotID> = []
        var token: String?
        repeat {
            let page = try await ports.volumes.snapshotPage(ofFleet: fleet, after: token)
            report.snapshots += page.elements.count
            listed.formUnion(page.elements.map(\.id))
            spares += page.elements.compactMap(Spare.init)
            guard page.next == nil || page.next != token else { throw SweepRefusal.endlessListing }
            token = page.next
        } while token != nil
        // The cloud first, the table after.
        let known = try await heads()
        try await mark(spares, known, at: now, report)
        let due = spares.filter { isDue($0, known, at: now) }
        guard !report.isDryRun else {
            report.purgedSnapshots = due.map(\.id)
            return
        }
        var announced: [(Spare, DiskKey)] = []
        for spare in due {
            guard let key = spare.disk, try await announce(spare, key, listed, at: now) else { continue }
            announced.append((spare, key))
        }
        guard !announced.isEmpty else { return }
        await ports.checkpoints.reached(.purgingWritten)
        // A copy that was made just before `purging` stood there shows now.
        let after = try await heads()
        for (spare, key) in announced where !after.heads.contains(spare.id) {
            do {
                try await ports.volumes.deleteSnapshot(spare.id)
            } catch {
                guard error.code == .notFound else {
                    report.troubles.append("snapshot \(spare.id): \(error)")
                    continue
                }
            }
            await ports.checkpoints.reached(.snapshotDeleted)
            try await forget(spare.id, key)
            report.purgedSnapshots.append(spare.id)
        }
    }

    private func heads() async throws -> Heads {
        var found = Heads()
        var token: DiskKey?
        repeat {
            let page = try await ports.cleanups.disks(after: token)
            for disk in page.disks {
                if let head = disk.head { found.heads.insert(head) }
                if let saveID = disk.holder?.saveID { found.saveIDs.insert(saveID) }
            }
            token = page.next
        } while token != nil
        return found
    }

    private func mark(_ spares: [Spare], _ known: Heads, at now: Date, _ report: SweepReport) async throws {
        guard !report.isDryRun else { return }
        let fresh = spares.filter { spare in
            guard spare.since == nil, !known.heads.contains(spare.id), let startedAt = spare.startedAt,
                spare.saveID.map(known.saveIDs.contains) != true
            else { return false }
            return Duration.seconds(now.timeIntervalSince(startedAt)) >= Self.settled
        }.map(\.id)
        let since = [VolumeTag.spareSince: String(Int64(now.timeIntervalSince1970))]
        for start in stride(from: 0, to: fresh.count, by: Self.tagBatch) {
            let some = Array(fresh[start..<min(start + Self.tagBatch, fresh.count)])
            try await ports.volumes.tag(snapshots: some, since)
        }
    }

    private func isDue(_ spare: Spare, _ known: Heads, at now: Date) -> Bool {
        guard let since = spare.since, !known.heads.contains(spare.id),
            spare.saveID.map(known.saveIDs.contains) != true
        else { return false }
        return Duration.seconds(now.timeIntervalSince(since)) >= policy.spareAfter
    }

    /// Writes that a snapshot is about to be deleted, so that nobody restores or copies it any more.
    ///
    /// Expected is what its disk has a newer, listed head for; everything else counts against the budget.
    private func announce(
        _ spare: Spare,
        _ key: DiskKey,
        _ listed: Set<SnapshotID>,
        at now: Date
    ) async throws -> Bool {
        guard let disk = try await ports.ledger.disk(key), disk.head != spare.id else { return false }
        if let holder = disk.holder, try await isBeingRestored(spare.id, by: holder) { return false }
        if disk.purging.contains(spare.id) {
            // Counted when it was written.
            guard case .granted = try await permission(isExpected: true, spare.id.rawValue, at: now) else {
                return false
            }
            return true
        }
        let isExpected = disk.head.map(listed.contains) ?? false
        var next = disk
        next.purging.append(spare.id)
        switch try await permission(isExpected: isExpected, spare.id.rawValue, at: now) {
        case .refused: return false
        case .granted: return try await commitUnlessRefused([.disk(from: disk, to: next)])
        case .charged(let from, let to, _):
            return try await commitUnlessRefused([.disk(from: disk, to: next), .fleet(from: from, to: to)])
        }
    }

    /// A CreateVolume that may be sent again names its snapshot.
    private func isBeingRestored(_ snapshot: SnapshotID, by holder: DiskHolder) async throws -> Bool {
        try await ports.ledger.reservation(holder.reservation)?.diskIntent?.snapshot == snapshot
    }

    private func forget(_ snapshot: SnapshotID, _ key: DiskKey) async throws {
        guard let disk = try await ports.ledger.disk(key), disk.purging.contains(snapshot) else { return }
        var next = disk
        next.purging.removeAll { $0 == snapshot }
        // Refused, it stays there: no harm, since nothing can be restored from it.
        _ = try await commitUnlessRefused([.disk(from: disk, to: next)])
    }
}
