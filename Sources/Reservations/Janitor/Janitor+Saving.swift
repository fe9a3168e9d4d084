import Foundation

extension Janitor {
    /// Saves a disk's last work: `save_id`, snapshot, then head and lock in one transaction.
    func saveToHead(_ matter: VolumeCase, _ holder: DiskHolder) async throws {
        guard let disk = matter.disk else { return }
        guard let saveID = holder.saveID else {
            var marked = disk
            marked.holder?.saveID = ports.chance.hex(bytes: 16)
            marked.holder?.volume = matter.id
            try await ports.ledger.commit(Decision([.disk(from: disk, to: marked)]))
            return await ports.checkpoints.reached(.saveIDWritten)
        }
        guard let snapshot = matter.snapshots.first(where: { $0.tags[VolumeTag.saveID] == saveID }) else {
            _ = try await ports.volumes.snapshot(
                matter.id,
                description: "Berth: disk \(disk.name) of \(disk.userID)",
                tags: tags(for: disk.key, matter, type: "shutdown", saveID: saveID)
            )
            return await ports.checkpoints.reached(.snapshotStarted)
        }
        guard snapshot.state == .completed else {
            return try await wait(for: snapshot, matter)
        }
        var moved = disk
        moved.head = snapshot.id
        moved.headVersion += 1
        moved.holder = nil
        let saved = try await write(matter, and: [.disk(from: disk, to: moved)]) { cleanup in
            cleanup.snapshot = snapshot.id
            cleanup.saveID = saveID
            cleanup.dueAt = ports.time.now()
        }
        guard saved != nil else { return }
        await ports.checkpoints.reached(.headMoved)
        ports.journal.note(
            "disk saved",
            ["volume.id": matter.id.rawValue, "snapshot.id": snapshot.id.rawValue]
        )
    }

    /// Saves work that can't become a head any more: a spare, due for deletion later.
    func saveAsSpare(_ matter: VolumeCase, _ reason: Verdict.Reason) async throws {
        guard let saveID = matter.cleanup.saveID else {
            _ = try await write(matter) { cleanup in
                cleanup.saveID = ports.chance.hex(bytes: 16)
                cleanup.evidence = [reason.rawValue]
            }
            return
        }
        guard let snapshot = matter.snapshots.first(where: { $0.tags[VolumeTag.saveID] == saveID }) else {
            _ = try await ports.volumes.snapshot(
                matter.id,
                description: "Berth: orphan of reservation \(matter.reservation?.id.rawValue ?? "unknown")",
                tags: tags(for: matter.disk?.key, matter, type: "orphan", saveID: saveID)
            )
            return
        }
        guard snapshot.state == .completed else {
            return try await wait(for: snapshot, matter)
        }
        _ = try await write(matter) { cleanup in
            cleanup.snapshot = snapshot.id
            cleanup.dueAt = ports.time.now()
        }
    }

    private func wait(for snapshot: SnapshotSighting, _ matter: VolumeCase) async throws {
        if snapshot.state == .error {
            throw VolumeError(.wrongState, "snapshot \(snapshot.id) went to error; the volume stays")
        }
        try await lookAgain(
            matter,
            after: policy.lookAgain,
            "snapshot \(snapshot.id) is at \(snapshot.progress)"
        )
    }

    private func tags(
        for disk: DiskKey?,
        _ matter: VolumeCase,
        type: String,
        saveID: String
    ) -> [String: String] {
        var tags = [
            "ManagedBy": "berth",
            "created_at": String(Int64(ports.time.now().timeIntervalSince1970)),
            VolumeTag.fleet: fleet.rawValue,
            VolumeTag.saveID: saveID,
            VolumeTag.snapshotType: type,
            "gpu-dev-snapshot-type": type,
        ]
        tags[VolumeTag.user] = disk?.userID.rawValue
        tags[VolumeTag.disk] = disk?.name.rawValue
        tags[VolumeTag.reservation] = matter.volume?.tags[VolumeTag.reservation]
        return tags
    }
}
