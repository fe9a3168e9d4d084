import Foundation

extension Janitor {
    /// More steps than a volume takes from its report to its deletion.
    private static let mostSteps = 16

    /// Takes a volume as far as it goes without waiting: each step looks with fresh eyes.
    func process(_ id: VolumeID, _ cloud: CloudLook? = nil) async throws {
        var shared = cloud
        for _ in 0..<Self.mostSteps {
            guard let cleanup = try await ports.cleanups.cleanup(id), cleanup.state == .open else { return }
            let isFresh = shared.map { ports.time.monotonic() - $0.at.tick < policy.evidenceAge / 4 } ?? false
            let look = if isFresh, let shared { shared } else { try await look(atCloud: [id]) }
            // The first step may go by what was seen of many; whatever follows looks again.
            shared = nil
            let matter = try await self.look(at: id, cleanup, look)
            guard try await step(matter) else { return }
        }
    }

    /// Does the next thing that the verdict asks for.
    ///
    /// - Returns: whether to go on at once.
    private func step(_ matter: VolumeCase) async throws -> Bool {
        let verdict = judge(matter, policy)
        if verdict.summary != matter.cleanup.lastSummary {
            ports.journal.note("verdict", ["volume.id": matter.id.rawValue, "verdict": verdict.summary])
        }
        try await clearAwayObjects(of: matter)
        switch verdict {
        case .keep(let reasons):
            try await keep(matter, reasons)
            return false
        case .gone(let reasons):
            try await settleGone(matter, reasons)
            return false
        case .lookAgain(let wait, let reasons):
            try await lookAgain(matter, after: wait, reasons)
            return false
        case .delete, .save:
            return try await carryOut(verdict, matter)
        }
    }

    /// Verdict stored, quarantine, saving, delete: one of them, by how far the row says it has come.
    private func carryOut(_ verdict: Verdict, _ matter: VolumeCase) async throws -> Bool {
        switch (matter.cleanup.stage, verdict) {
        case (nil, _):
            return try await condemn(matter, verdict)
        case (.condemned?, _) where matter.quarantine(policy) > .zero:
            return try await quarantine(matter, verdict)
        case (_, .save(.head(let holder), _)):
            return try await saveToHead(matter, holder)
        case (_, .save(.spare, _)):
            return try await saveAsSpare(matter)
        case (.deleting?, _):
            try await delete(matter, verdict)
            return false
        default:
            return try await release(matter, verdict)
        }
    }

    /// What an ending couldn't delete within its budget, or a paused worker posted after it.
    private func clearAwayObjects(of matter: VolumeCase) async throws {
        let objects = matter.objects.value
        guard let row = matter.row, row.status.isTerminal, !objects.isEmpty else { return }
        _ = try await ports.pods.deleteAnchor(of: row.id)
        for object in objects where !object.isTerminating { try await ports.pods.delete(object) }
    }

    /// Writes the row unless somebody else did since it was read; nil then.
    func write(
        _ matter: VolumeCase,
        and others: [Decision.Row] = [],
        _ change: (inout Cleanup) -> Void
    ) async throws -> Cleanup? {
        guard let old = try await ports.cleanups.cleanup(matter.id), old.version == matter.cleanup.version
        else { return nil }
        var next = matter.cleanup
        change(&next)
        return try await write(old, next, and: others)
    }

    func lookAgain(_ matter: VolumeCase, after wait: Duration, _ reasons: [Reason]) async throws {
        let now = ports.time.now()
        _ = try await write(matter) { cleanup in
            let isGoing = matter.volume.value == nil || matter.volume.value?.state == .deleting
            // What was seen when it was deleted is what a person will want to know.
            if cleanup.stage != .deleting || !isGoing { cleanup.note("look again", reasons, matter, at: now) }
            cleanup.dueAt = now.addingTimeInterval(wait / .seconds(1))
            let isMissing = matter.volume.value == nil || matter.volume.value?.state == .error
            if isMissing, cleanup.absentSince == nil { cleanup.absentSince = matter.serviceNow }
        }
    }

    /// Not to be touched, and the row rests until a report or a sweep opens it.
    private func keep(_ matter: VolumeCase, _ reasons: [Reason]) async throws {
        try await liftQuarantine(matter)
        let now = ports.time.now()
        _ = try await write(matter) { cleanup in
            cleanup.note("keep", reasons, matter, at: now)
            cleanup.state = .kept
            cleanup.stage = nil
            cleanup.quarantinedAt = nil
        }
    }

    /// A volume that is gone with its disk's lock: the head stays, the lock ends, the loss is told.
    private func settleGone(_ matter: VolumeCase, _ reasons: [Reason]) async throws {
        var others: [Decision.Row] = []
        let wasLost = matter.tookTheLockWithIt
        if wasLost, let disk = matter.disk.value {
            var free = disk
            free.holder = nil
            others.append(.disk(from: disk, to: free))
        }
        let isOurs = matter.cleanup.stage == .deleting
        let now = ports.time.now()
        let written = try await write(matter, and: others) { cleanup in
            if !isOurs { cleanup.note("gone", reasons, matter, at: now) }
            cleanup.state = isOurs ? .deleted : .gone
            cleanup.stage = nil
            cleanup.deletedAt = matter.serviceNow ?? now
        }
        guard written != nil else { return }
        if wasLost {
            ports.journal.alert(
                "a volume with unsaved work is lost; the disk's head stays",
                ["volume.id": matter.id.rawValue, "reservation.id": matter.row?.id.rawValue ?? ""]
            )
        }
        await ports.checkpoints.reached(.deletionRecorded)
    }
}

extension Cleanup {
    /// A verdict and what it rests on.
    mutating func note(_ verdict: String, _ reasons: [Reason], _ matter: VolumeCase, at time: Date) {
        self.verdict = verdict
        self.reasons = reasons.map(\.rawValue)
        evidence = matter.facts
        judgedAt = time
        attempts = 0
    }

    /// As ``Verdict/summary``, so that the log tells only what is new.
    fileprivate var lastSummary: String {
        "\(verdict): \(reasons.map { Reason(rawValue: $0)?.text ?? $0 }.joined(separator: "; "))"
    }
}

extension VolumeCase {
    /// Whether the disk's lock waits for this volume's work, which will never come.
    fileprivate var tookTheLockWithIt: Bool {
        guard let row, row.status.isTerminal, let holder = disk.value?.holder else { return false }
        return holder.reservation == row.id && row.podIntent?.storage.volume == id && cleanup.snapshot == nil
    }
}
