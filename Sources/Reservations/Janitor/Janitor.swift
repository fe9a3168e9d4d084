import Foundation

/// Saves and deletes what reservations left behind; nothing else in the fleet may.
///
/// Reports become rows in `volume_cleanups`, and the work runs from the rows: several janitors may run,
/// and any may stop at any point.
package struct Janitor: Sendable {
    let ports: JanitorPorts
    let policy: JanitorPolicy
    let fleet: FleetID

    package init(ports: JanitorPorts, policy: JanitorPolicy, fleet: FleetID) {
        self.ports = ports
        self.policy = policy
        self.fleet = fleet
    }

    /// Takes note of a report; the row is the answer to it.
    package func accept(_ report: OrphanReport) async throws {
        try await open(report.volume, report)
    }

    /// Works off what is due, once.
    ///
    /// - Returns: how many cleanups were taken up.
    package func workOffDue() async throws -> Int {
        let due = try await ports.cleanups.dueCleanups(before: ports.time.now(), limit: policy.batch)
        try await workOff(due)
        return due.count
    }

    /// Works off what is due until cancelled.
    package func run() async {
        while !Task.isCancelled {
            do {
                let worked = try await workOffDue()
                if worked == policy.batch { continue }
            } catch {
                ports.journal.warn("cleanups not read", ["reason": "\(error)"])
            }
            do { try await ports.time.sleep(for: policy.dueInterval) } catch { return }
        }
    }

    /// Works on many volumes, some at once; one's trouble is written into its row and keeps no other waiting.
    func workOff(_ volumes: [VolumeID]) async throws {
        guard !volumes.isEmpty else { return }
        let cloud: CloudLook?
        do { cloud = try await look(atCloud: volumes) } catch {
            // Each then looks for itself, and its row tells what came of it.
            ports.journal.warn("volumes not looked at together", ["reason": error.reason])
            cloud = nil
        }
        await withTaskGroup(of: Void.self) { group in
            var rest = volumes[...]
            for _ in 0..<policy.width {
                guard let next = rest.popFirst() else { break }
                group.addTask { await workOn(next, cloud) }
            }
            while await group.next() != nil {
                guard !Task.isCancelled, let next = rest.popFirst() else { continue }
                group.addTask { await workOn(next, cloud) }
            }
        }
    }

    private func workOn(_ volume: VolumeID, _ cloud: CloudLook?) async {
        do {
            try await process(volume, cloud)
        } catch {
            let details = ["volume.id": volume.rawValue, "reason": "\(error)"]
            ports.journal.warn("cleanup not finished", details)
            do { try await postpone(volume, because: "\(error)") } catch {
                // The row stands as it was, and is due.
                ports.journal.warn("cleanup not postponed", details)
            }
        }
    }

    /// Opens a volume's row, or finds it open.
    @discardableResult
    func open(_ volume: VolumeID, _ report: OrphanReport?) async throws -> Cleanup {
        for _ in 0..<5 {
            let existing = try await ports.cleanups.cleanup(volume)
            if let existing, !existing.isReopened(by: report) { return existing }
            let now = ports.time.now()
            var next = existing ?? Cleanup(volume: volume, report: report, dueAt: now, createdAt: now)
            next.report = report ?? next.report
            // What was judged just now is judged again a little later: a flood of reports costs one look.
            let soonest = existing?.judgedAt.map { $0.addingTimeInterval(policy.lookAgain / .seconds(1)) }
            next.dueAt = existing?.state == .kept ? max(now, soonest ?? now) : now
            next.state = .open
            if let written = try await write(existing, next) { return written }
        }
        throw LedgerError(.unavailable, "the cleanup of \(volume) is written by many at once")
    }

    /// Nil if another janitor wrote meanwhile.
    ///
    /// Not inlined: in a caller's loop its catch ends the optimiser of Swift 6.3.1 in a crash.
    @inline(never)
    func write(_ old: Cleanup?, _ new: Cleanup, and others: [Decision.Row] = []) async throws -> Cleanup? {
        guard try await commitUnlessRefused([.cleanup(from: old, to: new)] + others) else { return nil }
        return try await ports.cleanups.cleanup(new.volume)
    }

    /// False if a row isn't as it was read: whoever looks again decides anew.
    func commitUnlessRefused(_ rows: [Decision.Row]) async throws -> Bool {
        do {
            try await ports.ledger.commit(Decision(rows))
            return true
        } catch {
            guard error.code == .refused else { throw error }
            return false
        }
    }

    private func postpone(_ volume: VolumeID, because reason: String) async throws {
        guard let cleanup = try await ports.cleanups.cleanup(volume), cleanup.state == .open else { return }
        var next = cleanup
        next.attempts += 1
        next.evidence.removeAll { $0.kind == Fact.Kind.trouble.rawValue }
        next.evidence.append(Fact(.trouble, reason, at: ports.time.now()))
        let wait = policy.lookAgain * Double(1 << min(cleanup.attempts, 6))
        next.dueAt = ports.time.now().addingTimeInterval(wait / .seconds(1))
        _ = try await write(cleanup, next)
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
