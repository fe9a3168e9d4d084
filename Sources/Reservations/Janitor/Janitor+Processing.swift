import Foundation

extension Janitor {
    /// Looks at a volume with fresh eyes and does the next thing that its verdict asks for.
    func process(_ id: VolumeID) async throws {
        guard let cleanup = try await ports.cleanups.cleanup(id), cleanup.state == .open else { return }
        let matter = try await look(at: id, cleanup)
        let verdict = judge(matter, policy)
        ports.journal.note("verdict", ["volume.id": id.rawValue, "verdict": verdict.summary])
        try await clearAwayObjects(of: matter)
        switch verdict {
        case .keep(let reason):
            try await settle(matter, as: .kept, reason.rawValue)
        case .gone(let reason):
            try await settleGone(matter, reason)
        case .lookAgain(let wait, let reason):
            try await lookAgain(matter, after: wait, reason.rawValue)
        case .delete(let reason):
            try await delete(matter, reason)
        case .saveToHead(let holder):
            try await saveToHead(matter, holder)
        case .saveAsSpare(let reason):
            try await saveAsSpare(matter, reason)
        }
    }

    /// What an ending couldn't delete within its budget, or a paused worker posted after it.
    private func clearAwayObjects(of matter: VolumeCase) async throws {
        guard let row = matter.reservation, row.status.isTerminal, !matter.objects.isEmpty else { return }
        _ = try await ports.pods.deleteAnchor(of: row.id)
        for object in matter.objects where !object.isTerminating { try await ports.pods.delete(object) }
    }

    /// The cloud first, the table after: what the table says is never older than what the cloud showed.
    func look(at id: VolumeID, _ cleanup: Cleanup) async throws -> VolumeCase {
        let volume = try await ports.volumes.volumes([id]).first
        let snapshots = volume == nil ? [] : try await ports.volumes.snapshots(ofVolume: id)
        let tagged = volume?.tags[VolumeTag.reservation].flatMap(ReservationID.init(rawValue:))
        var row: Reservation?
        var objects: [ClusterObject] = []
        var disk: Disk?
        if let reservation = tagged ?? cleanup.report?.reservation {
            row = try await ports.ledger.reservation(reservation)
            objects = try await ports.pods.objects(of: reservation)
        }
        if let key = row?.diskIntent?.disk ?? Self.diskKey(volume) { disk = try await ports.ledger.disk(key) }
        var seen = cleanup
        if volume?.isAttached == true { seen.wasSeenAttached = true }
        if let volume, volume.state != .error { seen.absentSince = nil }
        return VolumeCase(
            id: id,
            volume: volume,
            snapshots: snapshots,
            reservation: row,
            disk: disk,
            objects: objects,
            cleanup: seen,
            fleet: fleet,
            now: ports.time.serviceNow()
        )
    }

    private static func diskKey(_ volume: VolumeSighting?) -> DiskKey? {
        guard let user = volume?.tags[VolumeTag.user].flatMap(UserID.init(rawValue:)),
            let name = volume?.tags[VolumeTag.disk].flatMap(DiskName.init(rawValue:))
        else { return nil }
        return DiskKey(userID: user, name: name)
    }

    /// The row as it was read, and as it is after this look.
    func write(
        _ matter: VolumeCase,
        and others: [Decision.Row] = [],
        _ change: (inout Cleanup) -> Void
    ) async throws -> Cleanup? {
        guard let old = try await ports.cleanups.cleanup(matter.id), old.version == matter.cleanup.version
        else {
            return nil
        }
        var next = matter.cleanup
        change(&next)
        return try await write(old, next, and: others)
    }

    func lookAgain(_ matter: VolumeCase, after wait: Duration, _ reason: String) async throws {
        let now = ports.time.now()
        _ = try await write(matter) { cleanup in
            if cleanup.verdict != Cleanup.deleteSent { cleanup.verdict = "look again" }
            cleanup.evidence = [reason]
            cleanup.dueAt = now.addingTimeInterval(wait / .seconds(1))
            if matter.volume == nil || matter.volume?.state == .error, cleanup.absentSince == nil {
                cleanup.absentSince = matter.now
            }
        }
    }

    private func settle(_ matter: VolumeCase, as state: Cleanup.State, _ reason: String) async throws {
        _ = try await write(matter) { cleanup in
            cleanup.state = state
            cleanup.verdict = state.rawValue
            cleanup.evidence = [reason]
        }
    }

    /// A volume that is gone with its disk's lock: the head stays, the lock ends, the loss is told.
    private func settleGone(_ matter: VolumeCase, _ reason: Verdict.Reason) async throws {
        var others: [Decision.Row] = []
        if let disk = matter.disk, let holder = disk.holder, let row = matter.reservation,
            holder.reservation == row.id, row.status.isTerminal, row.podIntent?.storage.volume == matter.id,
            !matter.wasSaved
        {
            var free = disk
            free.holder = nil
            others.append(.disk(from: disk, to: free))
            ports.journal.warn(
                "a volume with unsaved work is lost; the disk's head stays",
                ["volume.id": matter.id.rawValue, "reservation.id": row.id.rawValue]
            )
        }
        let state: Cleanup.State = matter.cleanup.verdict == Cleanup.deleteSent ? .deleted : .gone
        _ = try await write(matter, and: others) { cleanup in
            cleanup.state = state
            cleanup.verdict = state.rawValue
            cleanup.evidence.append(reason.rawValue)
        }
    }

    /// The verdict is stored, everything is read once more, and only then is the volume deleted.
    private func delete(_ matter: VolumeCase, _ reason: Verdict.Reason) async throws {
        let now = ports.time.now()
        let stored = try await write(matter) { cleanup in
            cleanup.verdict = Cleanup.deleteSent
            cleanup.evidence = evidence(of: matter, reason)
            cleanup.dueAt = now.addingTimeInterval(policy.lookAgain / .seconds(1))
        }
        guard let stored else { return }
        await ports.checkpoints.reached(.verdictStored)
        let again = try await look(at: matter.id, stored)
        guard judge(again, policy) == .delete(reason) else { return }
        do {
            try await ports.volumes.delete(matter.id)
            await ports.checkpoints.reached(.volumeDeleted)
            ports.journal.note(
                "volume deleted",
                ["volume.id": matter.id.rawValue, "reason": reason.rawValue]
            )
        } catch {
            guard error.code == .notFound || error.code == .inUse || error.code == .wrongState else {
                throw error
            }
        }
    }

    private func evidence(of matter: VolumeCase, _ reason: Verdict.Reason) -> [String] {
        [
            reason.rawValue,
            "volume \(matter.volume.map { "\($0.state)" } ?? "absent") at \(matter.volume?.seenAt.description ?? "-")",
            "reservation \(matter.reservation.map { "\($0.status.rawValue), version \($0.version)" } ?? "without row")",
            "named by a pod intent: \(matter.reservation?.podIntent?.storage.volume == matter.id)",
            "saved as: \(matter.cleanup.snapshot?.rawValue ?? "-")",
        ]
    }
}

extension VolumeCase {
    /// Whether its work went somewhere before it was gone.
    var wasSaved: Bool { cleanup.snapshot != nil }
}
