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
        for volume in due {
            do {
                try await process(volume)
            } catch {
                ports.journal.warn(
                    "cleanup not finished",
                    ["volume.id": volume.rawValue, "reason": "\(error)"]
                )
                try await postpone(volume, because: "\(error)")
            }
        }
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

    @discardableResult
    func open(_ volume: VolumeID, _ report: OrphanReport?) async throws -> Cleanup {
        let now = ports.time.now()
        for _ in 0..<5 {
            let existing = try await ports.cleanups.cleanup(volume)
            if let existing, existing.state != .kept, existing.report != nil || report == nil {
                return existing
            }
            var next = existing ?? Cleanup(volume: volume, report: report, dueAt: now, createdAt: now)
            next.report = report ?? next.report
            next.state = existing?.state == .deleted || existing?.state == .gone ? next.state : .open
            next.dueAt = now
            if try await write(existing, next) != nil { return next }
        }
        throw LedgerError(.unavailable, "the cleanup of \(volume) is written by many at once")
    }

    /// Nil if another janitor wrote meanwhile.
    ///
    /// Not inlined: in a caller's loop its catch ends the optimiser of Swift 6.3.1 in a crash.
    @inline(never)
    func write(_ old: Cleanup?, _ new: Cleanup, and others: [Decision.Row] = []) async throws -> Cleanup? {
        do {
            try await ports.ledger.commit(Decision([.cleanup(from: old, to: new)] + others))
        } catch {
            guard error.code == .refused else { throw error }
            return nil
        }
        return try await ports.cleanups.cleanup(new.volume)
    }

    private func postpone(_ volume: VolumeID, because reason: String) async throws {
        guard let cleanup = try await ports.cleanups.cleanup(volume), cleanup.state == .open else { return }
        var next = cleanup
        next.attempts += 1
        next.evidence = [String(reason.prefix(300))]
        let wait = policy.lookAgain * Double(1 << min(cleanup.attempts, 6))
        next.dueAt = ports.time.now().addingTimeInterval(wait / .seconds(1))
        _ = try await write(cleanup, next)
    }
}
