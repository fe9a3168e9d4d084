import Foundation

/// A volume's row as it is to be, with what is to be written in the same transaction.
struct RowChange: Sendable {
    let old: Cleanup?
    let new: Cleanup
    var others: [Decision.Row] = []

    var rows: [Decision.Row] { [.cleanup(from: old, to: new)] + others }

    /// Which rows it writes: a transaction takes each once.
    var keys: Set<String> {
        Set(
            rows.map { row in
                switch row {
                case .reservation(_, let new): "reservation \(new.id)"
                case .disk(_, let new): "disk \(new.userID)/\(new.name)"
                case .capacity(_, let new): "capacity \(new.gpuType)/\(new.node)"
                case .cleanup(_, let new): "cleanup \(new.volume)"
                case .user(_, let new): "user \(new.userID)"
                case .fleet: "fleet"
                case .sweep: "sweep"
                }
            }
        )
    }
}

extension VolumeCase {
    /// Changes the row from what it was when this was seen.
    func change(and others: [Decision.Row] = [], _ change: (inout Cleanup) -> Void) -> RowChange {
        var next = cleanup
        change(&next)
        return RowChange(old: stored, new: next, others: others)
    }
}

extension Janitor {
    /// Rows in one transaction: DynamoDB takes 100.
    private static let rowsAtOnce = 50

    /// Opens a volume's row, or finds it open.
    func open(_ volume: VolumeID, _ report: OrphanReport?) async throws {
        for _ in 0..<5 {
            let existing = try await ports.cleanups.cleanup(volume)
            if let existing, !existing.isReopened(by: report) { return }
            let now = ports.time.now()
            var next = existing ?? Cleanup(volume: volume, report: report, dueAt: now, createdAt: now)
            next.report = report ?? next.report
            // What was judged just now is judged again a little later: a flood of reports costs one look.
            let soonest = existing?.judgedAt.map { $0.addingTimeInterval(policy.lookAgain / .seconds(1)) }
            next.dueAt = existing?.state == .kept ? max(now, soonest ?? now) : now
            next.state = .open
            if try await commitUnlessRefused([.cleanup(from: existing, to: next)]) { return }
        }
        throw LedgerError(.unavailable, "the cleanup of \(volume) is written by many at once")
    }

    /// Opens the rows of volumes that exist, whatever was said of them before.
    func takeUp(_ volumes: [VolumeID]) async throws {
        let now = ports.time.now()
        let rows = try await ports.cleanups.cleanups(volumes)
        let known = Dictionary(rows.map { ($0.volume, $0) }) { one, _ in one }
        let changes = volumes.compactMap { volume -> RowChange? in
            guard let row = known[volume] else {
                let new = Cleanup(volume: volume, report: nil, dueAt: now, createdAt: now)
                return RowChange(old: nil, new: new)
            }
            guard row.state != .open else { return nil }
            var next = row
            next.state = .open
            next.dueAt = now
            next.purgeAt = nil
            return RowChange(old: row, new: next)
        }
        // Refused, another has just opened it.
        _ = try await commitAll(changes)
    }

    /// Writes many rows in few transactions; what is refused together is written one by one.
    ///
    /// - Returns: the volumes whose change was written; the others' rows aren't as they were read.
    func commitAll(_ changes: [RowChange]) async throws -> Set<VolumeID> {
        var written: Set<VolumeID> = []
        for some in Self.packed(changes) {
            if some.count > 1, try await isCommitted(some.flatMap(\.rows)) {
                written.formUnion(some.map(\.new.volume))
            } else {
                written.formUnion(try await commitEach(some))
            }
        }
        return written
    }

    /// As many together as a transaction takes, none of them writing a row that another one writes.
    private static func packed(_ changes: [RowChange]) -> [[RowChange]] {
        var packs: [[RowChange]] = []
        var pack: [RowChange] = []
        var keys: Set<String> = []
        for change in changes {
            let own = change.keys
            if !pack.isEmpty, !keys.isDisjoint(with: own) || keys.count + own.count > rowsAtOnce {
                packs.append(pack)
                pack = []
                keys = []
            }
            pack.append(change)
            keys.formUnion(own)
        }
        return pack.isEmpty ? packs : packs + [pack]
    }

    private func commitEach(_ changes: [RowChange]) async throws -> Set<VolumeID> {
        var written: Set<VolumeID> = []
        for change in changes where try await commitUnlessRefused(change.rows) {
            written.insert(change.new.volume)
        }
        return written
    }

    /// Also false if one of the rows can't be written as it is: the others then go without it.
    private func isCommitted(_ rows: [Decision.Row]) async throws -> Bool {
        do {
            try await ports.ledger.commit(Decision(rows))
            return true
        } catch {
            guard error.code == .refused || error.code == .malformed else { throw error }
            return false
        }
    }

    /// False if a row isn't as it was read: whoever looks again decides anew.
    ///
    /// Not inlined: in a caller's loop its catch ends the optimiser of Swift 6.3.1 in a crash.
    @inline(never)
    func commitUnlessRefused(_ rows: [Decision.Row]) async throws -> Bool {
        do {
            try await ports.ledger.commit(Decision(rows))
            return true
        } catch {
            guard error.code == .refused else { throw error }
            return false
        }
    }

    /// Writes the row unless somebody else did since it was read; false then.
    func write(
        _ matter: VolumeCase,
        and others: [Decision.Row] = [],
        _ change: (inout Cleanup) -> Void
    ) async throws -> Bool {
        try await commitUnlessRefused(matter.change(and: others, change).rows)
    }

    /// What went wrong is written into the rows, which are due again the later the more often it did.
    func postpone(_ rows: [Cleanup], _ troubles: [VolumeID: String]) async throws {
        let now = ports.time.now()
        let failed = rows.map(\.volume).filter { troubles[$0] != nil }
        guard !failed.isEmpty else { return }
        // Read again: a part of what was to be done may have been written.
        let changes = try await ports.cleanups.cleanups(failed).filter { $0.state == .open }.map { row in
            let reason = troubles[row.volume] ?? ""
            ports.journal.warn("cleanup not finished", ["volume.id": row.volume.rawValue, "reason": reason])
            var next = row
            next.attempts += 1
            next.evidence.removeAll { $0.kind == Fact.Kind.trouble.rawValue }
            next.evidence.append(Fact(.trouble, reason, at: now))
            let wait = policy.lookAgain * Double(1 << min(row.attempts, 6))
            next.dueAt = now.addingTimeInterval(wait / .seconds(1))
            return RowChange(old: row, new: next)
        }
        _ = try await commitAll(changes)
    }
}

extension Cleanup {
    /// Whether a report, or a sweep without one, has anything to add to the row.
    fileprivate func isReopened(by report: OrphanReport?) -> Bool {
        switch state {
        case .deleted, .gone: false
        case .kept: true
        case .open: self.report == nil && report != nil
        }
    }
}
