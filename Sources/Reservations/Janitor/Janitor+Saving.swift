import Foundation

extension Janitor {
    /// How often a snapshot that went to `error` is made anew.
    private static let mostFailedSnapshots = 3

    /// Saves a disk's last work: `save_id`, snapshot, then head and lock in one transaction.
    func saveToHead(_ matter: VolumeCase, _ holder: DiskHolder) async throws -> Bool {
        guard let disk = matter.disk.value else { return false }
        guard let saveID = holder.saveID else {
            var marked = disk
            marked.holder?.saveID = ports.chance.hex(bytes: 16)
            marked.holder?.volume = matter.id
            guard try await commitUnlessRefused([.disk(from: disk, to: marked)]) else { return false }
            await ports.checkpoints.reached(.saveIDWritten)
            return true
        }
        let description = "Berth: disk \(disk.name) of \(disk.userID)"
        let tags = tags(for: disk.key, matter, type: "shutdown", saveID: saveID)
        guard let snapshot = try await snapshot(of: matter, saveID, description, tags) else { return false }
        guard snapshot.state == .completed else {
            try await tellProgress(snapshot, disk)
            try await wait(for: snapshot, matter)
            return false
        }
        var moved = disk
        moved.head = snapshot.id
        moved.headVersion += 1
        moved.holder = nil
        let saved = try await write(matter, and: [.disk(from: disk, to: moved)]) { cleanup in
            cleanup.snapshot = snapshot.id
            cleanup.saveID = saveID
            cleanup.becameHead = true
            cleanup.dueAt = ports.time.now()
        }
        guard saved else { return false }
        await ports.checkpoints.reached(.headMoved)
        let details = ["volume.id": matter.id.rawValue, "snapshot.id": snapshot.id.rawValue]
        ports.journal.note("disk saved", details)
        return true
    }

    /// Saves work that can't become a head any more: a spare, due for deletion later.
    func saveAsSpare(_ matter: VolumeCase) async throws -> Bool {
        guard let saveID = matter.cleanup.saveID else {
            let saveID = ports.chance.hex(bytes: 16)
            return try await write(matter) { $0.saveID = saveID }
        }
        let description = "Berth: orphan of reservation \(matter.row?.id.rawValue ?? "unknown")"
        let tags = tags(for: matter.disk.value?.key, matter, type: "orphan", saveID: saveID)
        guard let snapshot = try await snapshot(of: matter, saveID, description, tags) else { return false }
        guard snapshot.state == .completed else {
            try await wait(for: snapshot, matter)
            return false
        }
        return try await write(matter) { cleanup in
            cleanup.snapshot = snapshot.id
            cleanup.dueAt = ports.time.now()
        }
    }

    /// The snapshot that bears the save id, looked for before one is made.
    ///
    /// Two janitors may make one each: either saves, the other is a spare.
    ///
    /// - Returns: nil if one was just begun, or isn't listed yet.
    private func snapshot(
        of matter: VolumeCase,
        _ saveID: String,
        _ description: String,
        _ tags: [String: String]
    ) async throws -> SnapshotSighting? {
        let bearing = matter.snapshots.value.filter { $0.tags[VolumeTag.saveID] == saveID }
        let alive = bearing.filter { $0.state != .error }
        if let found = alive.first(where: { $0.state == .completed }) ?? alive.first { return found }
        let failed = bearing.count
        guard failed < Self.mostFailedSnapshots else {
            throw VolumeError(.wrongState, "\(failed) snapshots went to error; the volume stays")
        }
        // EC2 has no token for snapshots, and its listing may lag behind the one that was begun.
        if matter.mustBelieveInItsSnapshot(policy, listed: bearing.map(\.id)) {
            try await lookAgain(matter, after: policy.lookAgain, [.saving])
            return nil
        }
        if let wait = saves.wait(for: matter.id, at: ports.time.monotonic()) {
            try await lookAgain(matter, after: wait, [.saving])
            return nil
        }
        let made = try await ports.volumes.snapshot(matter.id, description: description, tags: tags)
        await ports.checkpoints.reached(.snapshotStarted)
        let now = ports.time.now()
        _ = try await write(matter) { cleanup in
            cleanup.saving = made
            cleanup.savingSince = matter.serviceNow
            cleanup.dueAt = now.addingTimeInterval(policy.lookAgain / .seconds(1))
        }
        return nil
    }

    /// A snapshot of a terabyte takes hours: the longer it takes, the more seldom it is looked at.
    private func wait(for snapshot: SnapshotSighting, _ matter: VolumeCase) async throws {
        var wait = policy.lookAgain
        if let startedAt = snapshot.startedAt, let now = matter.serviceNow {
            wait = min(max(.seconds(now.timeIntervalSince(startedAt) / 10), wait), policy.seldom)
        }
        try await lookAgain(matter, after: wait, [.saving])
    }

    /// Whoever waits for the disk can see how far it is.
    private func tellProgress(_ snapshot: SnapshotSighting, _ disk: Disk) async throws {
        guard !snapshot.progress.isEmpty, disk.holder?.saveProgress != snapshot.progress else { return }
        var told = disk
        told.holder?.saveProgress = snapshot.progress
        _ = try await commitUnlessRefused([.disk(from: disk, to: told)])
    }

    private func tags(
        for disk: DiskKey?,
        _ matter: VolumeCase,
        type: String,
        saveID: String
    ) -> [String: String] {
        let volume = matter.volume.value?.tags ?? [:]
        var tags = [
            "ManagedBy": "berth",
            "created_at": String(Int64(ports.time.now().timeIntervalSince1970)),
            VolumeTag.fleet: fleet.rawValue,
            VolumeTag.saveID: saveID,
            VolumeTag.snapshotType: type,
            "gpu-dev-snapshot-type": type,
        ]
        tags[VolumeTag.user] = disk?.userID.rawValue ?? volume[VolumeTag.user]
        tags[VolumeTag.disk] = disk?.name.rawValue ?? volume[VolumeTag.disk]
        tags[VolumeTag.reservation] = volume[VolumeTag.reservation]
        return tags
    }
}

extension VolumeCase {
    /// Whether a snapshot was begun that no listing shows, not for so long that it can't be there.
    fileprivate func mustBelieveInItsSnapshot(_ policy: JanitorPolicy, listed: [SnapshotID]) -> Bool {
        guard let begun = cleanup.saving, !listed.contains(begun) else { return false }
        guard let since = cleanup.savingSince, let serviceNow else { return true }
        return Duration.seconds(serviceNow.timeIntervalSince(since)) < policy.lossAfter
    }
}
