import Foundation

extension VolumeCase {
    /// None for what no pod intent ever named: nobody's work can be on it.
    func quarantine(_ policy: JanitorPolicy) -> Duration { mayHoldWork ? policy.quarantine : .zero }
}

extension Janitor {
    /// Stores verdict and evidence; whatever follows looks again first.
    func condemn(_ rulings: [Ruling], _ outcome: inout RoundOutcome) async throws {
        let now = ports.time.now()
        let written = try await commitAll(
            rulings.map { ruling in
                ruling.matter.change { cleanup in
                    cleanup.note(ruling.verdict.deed, ruling.verdict.reasons, ruling.matter, at: now)
                    cleanup.stage = .condemned
                    cleanup.condemnedAt = now
                    cleanup.dueAt = now
                }
            }
        )
        await ports.checkpoints.reached(.verdictStored)
        outcome.goOn.formUnion(written)
    }

    /// The volumes bear the tag, for everybody to see, and the period begins.
    func quarantine(_ rulings: [Ruling], _ outcome: inout RoundOutcome) async throws {
        guard let since = ports.time.serviceNow() else { return try await waitForTime(rulings) }
        let tags = [VolumeTag.quarantine: String(Int64(since.timeIntervalSince1970))]
        do {
            try await ports.volumes.tag(volumes: rulings.map(\.volume), tags)
        } catch {
            // One that is just gone fails the whole call.
            guard rulings.count > 1 else { throw error }
            await each(rulings, &outcome) { ruling in
                try await ports.volumes.tag(volumes: [ruling.volume], tags)
                return false
            }
        }
        let now = ports.time.now()
        let tagged = rulings.filter { outcome.troubles[$0.volume] == nil }
        let written = try await commitAll(
            tagged.map { ruling in
                ruling.matter.change { cleanup in
                    cleanup.note(ruling.verdict.deed, ruling.verdict.reasons, ruling.matter, at: now)
                    cleanup.stage = .quarantined
                    cleanup.quarantinedAt = since
                    cleanup.dueAt = now
                }
            }
        )
        await ports.checkpoints.reached(.quarantined)
        outcome.goOn.formUnion(written)
    }

    func waitForTime(_ rulings: [Ruling]) async throws {
        _ = try await commitAll(
            rulings.map { later($0.matter, after: policy.lookAgain, [.timeUnknown]) }
        )
    }

    /// Takes the tag away from a volume that is not to be deleted after all.
    func liftQuarantine(_ matter: VolumeCase) async throws {
        guard let volume = matter.volume.value, volume.tags[VolumeTag.fleet] == fleet.rawValue,
            volume.tags[VolumeTag.quarantine] != nil
        else { return }
        try await ports.volumes.untag(volume: matter.id, [VolumeTag.quarantine])
    }

    /// How long the period still runs; nil: it is over.
    func rest(of matter: VolumeCase, at now: Date) -> Duration? {
        let period = matter.quarantine(policy)
        guard period > .zero, let since = matter.cleanup.quarantinedAt else { return nil }
        let rest = period - .seconds(now.timeIntervalSince(since))
        return rest > .zero ? rest : nil
    }
}
