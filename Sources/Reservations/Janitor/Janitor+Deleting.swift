import Foundation

extension Janitor {
    /// As many deletions as one transaction counts.
    private static let chargedAtOnce = 40

    /// The quarantine is over, the budget allows it: the rows say that the delete comes next.
    func release(_ rulings: [Ruling], _ outcome: inout RoundOutcome) async throws {
        guard let now = ports.time.serviceNow() else { return try await waitForTime(rulings) }
        var ready: [Ruling] = []
        var waiting: [RowChange] = []
        for ruling in rulings {
            if let rest = rest(of: ruling.matter, at: now) {
                waiting.append(later(ruling.matter, after: rest, [.quarantine] + ruling.verdict.reasons))
            } else {
                ready.append(ruling)
            }
        }
        _ = try await commitAll(waiting)
        guard !ready.isEmpty else { return }
        await ports.checkpoints.reached(.quarantineOver)
        let isExpected = Dictionary(grouping: ready) { $0.matter.isExpected || $0.matter.cleanup.isCharged }
        let expected = isExpected[true] ?? []
        let others = isExpected[false] ?? []
        if !expected.isEmpty {
            switch try await permission(isExpected: true, what(expected), at: now) {
            case .refused(let why): try await holdBack(expected, because: why)
            case .granted, .charged:
                outcome.goOn.formUnion(try await commitAll(expected.map { allowed($0, isCharged: false) }))
            }
        }
        for start in stride(from: 0, to: others.count, by: Self.chargedAtOnce) {
            let some = Array(others[start..<min(start + Self.chargedAtOnce, others.count)])
            try await charge(some, at: now, &outcome)
        }
    }

    /// Counts unexpected deletions against the budget, as many as it has room for, in one transaction.
    private func charge(_ rulings: [Ruling], at now: Date, _ outcome: inout RoundOutcome) async throws {
        switch try await permission(charging: rulings.count, what(rulings), at: now) {
        case .refused(let why): try await holdBack(rulings, because: why)
        case .granted: break
        case .charged(let from, let to, let count):
            let charged = rulings.prefix(count)
            let rows = charged.flatMap { allowed($0, isCharged: true).rows }
            // Refused, another deletion was counted meanwhile, or a row changed: all look and ask again.
            if try await commitUnlessRefused(rows + [.fleet(from: from, to: to)]) {
                await ports.checkpoints.reached(.budgetCharged)
            }
            outcome.goOn.formUnion(rulings.map(\.volume))
        }
    }

    private func what(_ rulings: [Ruling]) -> String {
        rulings.count == 1 ? rulings[0].volume.rawValue : "\(rulings.count) volumes"
    }

    private func allowed(_ ruling: Ruling, isCharged: Bool) -> RowChange {
        let now = ports.time.now()
        return ruling.matter.change { cleanup in
            cleanup.note(ruling.verdict.deed, ruling.verdict.reasons, ruling.matter, at: now)
            cleanup.stage = .deleting
            cleanup.isCharged = cleanup.isCharged || isCharged
            cleanup.dueAt = now
        }
    }

    private func holdBack(_ rulings: [Ruling], because why: String) async throws {
        for ruling in rulings {
            ports.journal.note(
                "not deleted, although it would be",
                ["volume.id": ruling.volume.rawValue, "verdict": ruling.verdict.summary, "reason": why]
            )
        }
        _ = try await commitAll(
            rulings.map { later($0.matter, after: policy.seldom, [.stopped] + $0.verdict.reasons) }
        )
    }

    /// Sends the deletes: the rows say so already, and everything was read once more for these verdicts.
    func delete(_ rulings: [Ruling], _ outcome: inout RoundOutcome) async throws {
        let standing = try await standing()
        let isOurs = standing?.fleet == fleet
        let tick = ports.time.monotonic()
        let now = ports.time.now()
        var changes: [RowChange] = []
        var waiting: [RowChange] = []
        for ruling in rulings {
            guard isOurs, standing?.lets(ruling.matter.cleanup) == true else {
                waiting.append(
                    later(ruling.matter, after: policy.seldom, [.stopped] + ruling.verdict.reasons)
                )
                continue
            }
            guard let wait = deletes.wait(for: ruling.volume, at: tick) else {
                // Due before it is sent, so that the confirmation is never forgotten.
                changes.append(
                    ruling.matter.change { cleanup in
                        cleanup.note(ruling.verdict.deed, ruling.verdict.reasons, ruling.matter, at: now)
                        cleanup.dueAt = now.addingTimeInterval(policy.lookAgain / .seconds(1))
                    }
                )
                continue
            }
            // Those whose turns come soon after each other are looked at together.
            let steps = (wait / policy.lookAgain).rounded(.up)
            waiting.append(
                ruling.matter.change { $0.dueAt = now + steps * (policy.lookAgain / .seconds(1)) }
            )
        }
        _ = try await commitAll(waiting)
        let written = try await commitAll(changes)
        await each(rulings.filter { written.contains($0.volume) }, &outcome) { ruling in
            try await send(ruling)
            return false
        }
    }

    private func send(_ ruling: Ruling) async throws {
        do {
            try await ports.volumes.delete(ruling.volume)
        } catch {
            let isPassing = error.code == .notFound || error.code == .inUse || error.code == .wrongState
            guard isPassing else { throw error }
            return
        }
        await ports.checkpoints.reached(.volumeDeleted)
        let reasons = ruling.verdict.reasons.map(\.text).joined(separator: "; ")
        ports.journal.note("volume deleted", ["volume.id": ruling.volume.rawValue, "reason": reasons])
    }
}

extension FleetRow {
    /// Whether a deletion that was allowed may still go: what the budget had room for, it counted already.
    fileprivate func lets(_ cleanup: Cleanup) -> Bool {
        guard let stop else { return true }
        return stop.cause == .budgetSpent && cleanup.isCharged
    }
}
