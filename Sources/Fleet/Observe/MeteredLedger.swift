package import Foundation
import Metrics
package import Reservations
import Synchronization

/// Tells from the decisions that pass how reservations fare: what is written is what is counted.
package final class MeteredLedger: ReservationLedger {
    private static let mostUnpublished = 10_000

    private let base: any ReservationLedger
    private let factory: any MetricsFactory
    /// Rows that still have something to say, as this worker last saw them.
    private let unpublished = Mutex<Set<ReservationID>>([])

    package convenience init(_ base: any ReservationLedger) {
        self.init(base, factory: MetricsSystem.factory)
    }

    init(_ base: any ReservationLedger, factory: any MetricsFactory) {
        self.base = base
        self.factory = factory
    }

    package var unpublishedRows: Int { unpublished.withLock(\.count) }

    package func commit(_ decision: Decision) async throws(LedgerError) -> Reservation? {
        let written: Reservation?
        do {
            written = try await base.commit(decision)
        } catch {
            if case .reservation(nil, _)? = decision.rows.first {
                count("berth_admissions_total", "outcome", error.code == .refused ? "known" : "failed")
            }
            throw error
        }
        for row in decision.rows {
            switch row {
            case .reservation(let old, let new): note(old, new)
            case .cleanup(let old, let new): note(old, new)
            case .fleet(let old, let new):
                guard old.stop == nil, let stop = new.stop else { continue }
                count("berth_janitor_stops_total", "cause", stop.cause.rawValue)
            case .disk, .capacity, .user, .sweep: continue
            }
        }
        return written
    }

    private func note(_ old: Cleanup?, _ new: Cleanup) {
        if old == nil { count("berth_orphans_found_total", "source", new.report == nil ? "sweep" : "report") }
        guard old?.state != new.state else { return }
        let reason = new.reasons.first ?? "none"
        switch new.state {
        case .open: return
        case .deleted, .gone: count("berth_orphans_deleted_total", "reason", reason)
        case .kept: count("berth_orphans_kept_total", "reason", reason)
        }
    }

    private func note(_ old: Reservation?, _ new: Reservation) {
        look(at: new)
        guard let old else { return count("berth_admissions_total", "outcome", new.status.rawValue) }
        if old.status == .awaited, new.status != .awaited {
            count("berth_admissions_total", "outcome", new.status.rawValue)
        }
        if let owner = old.owner, let heir = new.owner, heir != owner, new.fence > old.fence {
            Counter(label: "berth_adoptions_total", factory: factory).increment()
        }
        guard old.status != new.status else { return }
        // The whole is counted, not the rows that stand for its nodes.
        guard old.status != .joined else { return }
        if new.status.isTerminal { count("berth_reservations_ended_total", "status", new.status.rawValue) }
        if new.status == .active { noteTimes(of: new) }
    }

    private func noteTimes(of row: Reservation) {
        let report = TraceReport(of: row.trace)
        for span in report.spans {
            Metrics.Timer(
                label: "berth_phase_seconds",
                dimensions: [("phase", span.name.replacing(" ", with: "_"))],
                factory: factory
            ).recordSeconds(span.seconds)
        }
        if let total = report.totalSeconds {
            Metrics.Timer(label: "berth_ready_seconds", factory: factory).recordSeconds(total)
        }
        if let saved = report.overlapSavedSeconds, saved >= 0 {
            Metrics.Timer(label: "berth_overlap_saved_seconds", factory: factory).recordSeconds(saved)
        }
        if let ratio = report.ratio {
            Recorder(label: "berth_bound_ratio", factory: factory).record(ratio)
        }
    }

    private func count(_ label: String, _ name: String, _ value: String) {
        Counter(label: label, dimensions: [(name, value)], factory: factory).increment()
    }

    private func look(at row: Reservation) {
        unpublished.withLock { rows in
            if row.unpublished.isEmpty || row.work?.holder != .free {
                rows.remove(row.id)
            } else if rows.count < Self.mostUnpublished {
                rows.insert(row.id)
            }
        }
    }

    package func reservation(_ id: ReservationID) async throws(LedgerError) -> Reservation? {
        let row = try await base.reservation(id)
        if let row { look(at: row) }
        return row
    }

    package func work(of holder: WorkPlace.Holder, urgentOnly: Bool) async throws(LedgerError)
        -> [ReservationID]
    {
        let ids = try await base.work(of: holder, urgentOnly: urgentOnly)
        // Whoever no longer stands in that list was heard, by whomever.
        if holder == .free, !urgentOnly { unpublished.withLock { $0.formIntersection(ids) } }
        return ids
    }

    package func user(_ id: UserID) async throws(LedgerError) -> UserBinding? {
        try await base.user(id)
    }

    package func disk(_ key: DiskKey) async throws(LedgerError) -> Disk? { try await base.disk(key) }

    package func capacity(of type: GPUType) async throws(LedgerError) -> [NodeCapacity] {
        try await base.capacity(of: type)
    }

    package func record(_ fact: VolumeFact) async throws(LedgerError) -> FactOutcome {
        try await base.record(fact)
    }

    package func reservations(with status: Status) async throws(LedgerError) -> [ReservationID] {
        try await base.reservations(with: status)
    }

    package func reservations(of user: UserID, limit: Int) async throws(LedgerError) -> [ReservationID] {
        try await base.reservations(of: user, limit: limit)
    }

    package func expired(before time: Date) async throws(LedgerError) -> [ReservationID] {
        try await base.expired(before: time)
    }
}
