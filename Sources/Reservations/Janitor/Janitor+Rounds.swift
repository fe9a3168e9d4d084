import Foundation

/// A verdict beside what it rests on.
struct Ruling: Sendable {
    let matter: VolumeCase
    let verdict: Verdict

    var volume: VolumeID { matter.id }
}

/// What a round came to.
struct RoundOutcome: Sendable {
    /// Those that have a next step at once.
    var goOn: Set<VolumeID> = []
    var troubles: [VolumeID: String] = [:]

    mutating func fail(_ volumes: [VolumeID], _ error: any Error) {
        for volume in volumes { troubles[volume] = "\(error)" }
    }
}

/// What a verdict asks for next, by how far the row says that its volume has come, in the order of doing.
///
/// Deletions come first: what was seen for them is as fresh as it gets.
private enum Deed: CaseIterable {
    case delete, keep, settle, lookAgain, condemn, quarantine, release, save
}

extension Janitor {
    /// What has failed so often is looked at alone, lest it keep others from being looked at.
    private static let aloneAfter = 2

    /// One step of many volumes: one look at all, then for each what its verdict asks for.
    ///
    /// - Returns: those that may take another at once.
    func round(_ ids: [VolumeID]) async throws -> [VolumeID] {
        let rows = try await ports.cleanups.cleanups(ids).filter { $0.state == .open }
        let alone = rows.filter { $0.attempts >= Self.aloneAfter }
        var goOn: [VolumeID] = []
        for some in [rows.filter { $0.attempts < Self.aloneAfter }] + alone.map({ [$0] })
        where !some.isEmpty {
            goOn += try await work(on: some)
        }
        return goOn
    }

    private func work(on rows: [Cleanup]) async throws -> [VolumeID] {
        var outcome = RoundOutcome()
        var rulings: [Ruling] = []
        do {
            let cloud = try await look(atCloud: rows.map(\.volume))
            for matter in try await look(at: rows, cloud, &outcome) {
                rulings.append(rule(matter))
            }
        } catch {
            outcome.fail(rows.map(\.volume), error)
        }
        await clearAwayObjects(of: rulings, &outcome)
        rulings.removeAll { outcome.troubles[$0.volume] != nil }
        let groups = Dictionary(grouping: rulings) { deed(for: $0) }
        for deed in Deed.allCases {
            guard let some = groups[deed] else { continue }
            do { try await carryOut(deed, some, &outcome) } catch {
                outcome.fail(some.map(\.volume), error)
            }
        }
        try await postpone(rows, outcome.troubles)
        return outcome.goOn.subtracting(outcome.troubles.keys).sorted()
    }

    private func rule(_ matter: VolumeCase) -> Ruling {
        let verdict = judge(matter, policy)
        if verdict.summary != matter.cleanup.lastSummary {
            ports.journal.note("verdict", ["volume.id": matter.id.rawValue, "verdict": verdict.summary])
        }
        return Ruling(matter: matter, verdict: verdict)
    }

    private func deed(for ruling: Ruling) -> Deed {
        switch (ruling.matter.cleanup.stage, ruling.verdict) {
        case (_, .keep): .keep
        case (_, .gone): .settle
        case (_, .lookAgain): .lookAgain
        case (nil, _): .condemn
        case (.condemned?, _) where ruling.matter.quarantine(policy) > .zero: .quarantine
        case (_, .save): .save
        case (.deleting?, _): .delete
        default: .release
        }
    }

    private func carryOut(_ deed: Deed, _ rulings: [Ruling], _ outcome: inout RoundOutcome) async throws {
        switch deed {
        case .delete: try await delete(rulings, &outcome)
        case .keep: try await keep(rulings)
        case .settle: try await settleGone(rulings)
        case .lookAgain: try await lookAgain(rulings)
        case .condemn: try await condemn(rulings, &outcome)
        case .quarantine: try await quarantine(rulings, &outcome)
        case .release: try await release(rulings, &outcome)
        case .save:
            await each(rulings, &outcome) { ruling in
                switch ruling.verdict {
                case .save(.head(let holder), _): try await saveToHead(ruling.matter, holder)
                default: try await saveAsSpare(ruling.matter)
                }
            }
        }
    }

    /// What an ending couldn't delete within its budget, or a paused worker posted after it.
    private func clearAwayObjects(of rulings: [Ruling], _ outcome: inout RoundOutcome) async {
        let left = rulings.filter { ruling in
            ruling.matter.row?.status.isTerminal == true && !ruling.matter.objects.value.isEmpty
        }
        await each(left, &outcome) { ruling in
            guard let row = ruling.matter.row else { return false }
            _ = try await ports.pods.deleteAnchor(of: row.id)
            for object in ruling.matter.objects.value where !object.isTerminating {
                try await ports.pods.delete(object)
            }
            return false
        }
    }

    /// Does something for each, some at once; one's trouble keeps no other from it.
    ///
    /// - Parameters:
    ///   - rulings: what to do it for.
    ///   - outcome: told who may go on, and who failed.
    ///   - deed: says whether its volume may go on at once.
    func each(
        _ rulings: [Ruling],
        _ outcome: inout RoundOutcome,
        _ deed: @escaping @Sendable (Ruling) async throws -> Bool
    ) async {
        await withTaskGroup(of: (VolumeID, Result<Bool, any Error>).self) { group in
            var rest = rulings[...]
            func start() {
                guard !Task.isCancelled, let next = rest.popFirst() else { return }
                group.addTask {
                    do { return (next.volume, .success(try await deed(next))) } catch {
                        return (next.volume, .failure(error))
                    }
                }
            }
            for _ in 0..<policy.width { start() }
            while let (volume, result) = await group.next() {
                switch result {
                case .success(let goesOn): if goesOn { outcome.goOn.insert(volume) }
                case .failure(let error): outcome.fail([volume], error)
                }
                start()
            }
        }
    }
}

extension Cleanup {
    /// As ``Verdict/summary``, so that the log tells only what is new.
    fileprivate var lastSummary: String {
        "\(verdict): \(reasons.map { Reason(rawValue: $0)?.text ?? $0 }.joined(separator: "; "))"
    }
}
