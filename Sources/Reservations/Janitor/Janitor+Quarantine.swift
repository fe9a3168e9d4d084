import Foundation

extension VolumeCase {
    /// None for what no pod intent ever named: nobody's work can be on it.
    func quarantine(_ policy: JanitorPolicy) -> Duration { mayHoldWork ? policy.quarantine : .zero }
}

extension Janitor {
    /// Stores verdict and evidence; whatever follows looks again first.
    func condemn(_ matter: VolumeCase, _ verdict: Verdict) async throws -> Bool {
        let now = ports.time.now()
        let stored = try await write(matter) { cleanup in
            cleanup.note(verdict.deed, verdict.reasons, matter, at: now)
            cleanup.stage = .condemned
            cleanup.dueAt = now
        }
        await ports.checkpoints.reached(.verdictStored)
        return stored != nil
    }

    /// The volume bears the tag, for everybody to see, and the period begins.
    func quarantine(_ matter: VolumeCase, _ verdict: Verdict) async throws -> Bool {
        guard let since = matter.serviceNow else {
            try await lookAgain(matter, after: policy.lookAgain, [.timeUnknown])
            return false
        }
        let text = String(Int64(since.timeIntervalSince1970))
        try await ports.volumes.tag(volume: matter.id, [VolumeTag.quarantine: text])
        let now = ports.time.now()
        let stored = try await write(matter) { cleanup in
            cleanup.note(verdict.deed, verdict.reasons, matter, at: now)
            cleanup.stage = .quarantined
            cleanup.quarantinedAt = since
            cleanup.dueAt = now
        }
        await ports.checkpoints.reached(.quarantined)
        return stored != nil
    }

    /// Takes the tag away from a volume that is not to be deleted after all.
    func liftQuarantine(_ matter: VolumeCase) async throws {
        guard let volume = matter.volume.value, volume.tags[VolumeTag.fleet] == fleet.rawValue,
            volume.tags[VolumeTag.quarantine] != nil
        else { return }
        try await ports.volumes.untag(volume: matter.id, [VolumeTag.quarantine])
    }

    /// How long the period still runs; nil: it is over.
    private func rest(of matter: VolumeCase, at now: Date) -> Duration? {
        let period = matter.quarantine(policy)
        guard period > .zero, let since = matter.cleanup.quarantinedAt else { return nil }
        let rest = period - .seconds(now.timeIntervalSince(since))
        return rest > .zero ? rest : nil
    }

    /// The quarantine is over, the budget allows it: the row says that the delete comes next.
    func release(_ matter: VolumeCase, _ verdict: Verdict) async throws -> Bool {
        guard let now = matter.serviceNow else {
            try await lookAgain(matter, after: policy.lookAgain, [.timeUnknown])
            return false
        }
        if let rest = rest(of: matter, at: now) {
            try await lookAgain(matter, after: rest, [.quarantine] + verdict.reasons)
            return false
        }
        await ports.checkpoints.reached(.quarantineOver)
        var others: [Decision.Row] = []
        switch try await permission(for: matter, at: now) {
        case .granted: break
        case .charged(let from, let to): others.append(.fleet(from: from, to: to))
        case .refused(let why):
            ports.journal.note(
                "not deleted, although it would be",
                ["volume.id": matter.id.rawValue, "verdict": verdict.summary, "reason": why]
            )
            try await lookAgain(matter, after: policy.seldom, [.stopped] + verdict.reasons)
            return false
        }
        let stored = try await write(matter, and: others) { cleanup in
            cleanup.note(verdict.deed, verdict.reasons, matter, at: ports.time.now())
            cleanup.stage = .deleting
            cleanup.isCharged = cleanup.isCharged || !others.isEmpty
            cleanup.dueAt = ports.time.now()
        }
        // Refused, another deletion was counted meanwhile: this one looks and asks again.
        guard stored != nil else { return true }
        if !others.isEmpty { await ports.checkpoints.reached(.budgetCharged) }
        return true
    }

    /// Sends the delete: the row says so already, and everything was read once more for this verdict.
    func delete(_ matter: VolumeCase, _ verdict: Verdict) async throws {
        guard let standing = try await standing(), standing.fleet == fleet, standing.lets(matter.cleanup)
        else {
            return try await lookAgain(matter, after: policy.seldom, [.stopped] + verdict.reasons)
        }
        // Due before it is sent, so that the confirmation is never forgotten.
        let now = ports.time.now()
        let stored = try await write(matter) { cleanup in
            cleanup.note(verdict.deed, verdict.reasons, matter, at: now)
            cleanup.dueAt = now.addingTimeInterval(policy.lookAgain / .seconds(1))
        }
        guard stored != nil else { return }
        do {
            try await ports.volumes.delete(matter.id)
        } catch {
            let isPassing = error.code == .notFound || error.code == .inUse || error.code == .wrongState
            guard isPassing else { throw error }
            return
        }
        await ports.checkpoints.reached(.volumeDeleted)
        ports.journal.note(
            "volume deleted",
            ["volume.id": matter.id.rawValue, "reason": verdict.reasons.map(\.text).joined(separator: "; ")]
        )
    }
}

extension FleetRow {
    /// Whether a deletion that was allowed may still go: what the budget had room for, it counted already.
    fileprivate func lets(_ cleanup: Cleanup) -> Bool {
        guard let stop else { return true }
        return stop.cause == .budgetSpent && cleanup.isCharged
    }
}
