package import Foundation
package import Reservations

/// Tells a tracing system what each decision finished: a phase, an attempt, or the way to a running server.
///
/// What is told is what was written, so that a death loses at most what its heir tells again.
package final class TracedLedger: ReservationLedger {
    private let base: any ReservationLedger
    private let exporter: SpanExporter

    package init(_ base: any ReservationLedger, exporter: SpanExporter) {
        self.base = base
        self.exporter = exporter
    }

    package func commit(_ decision: Decision) async throws(LedgerError) -> Reservation? {
        let written = try await base.commit(decision)
        for case .reservation(let old, let new) in decision.rows { tell(old, new) }
        return written
    }

    private func tell(_ old: Reservation?, _ new: Reservation) {
        guard old?.trace != new.trace || old?.status != new.status else { return }
        let trace = ReservationTrace(of: new)
        let known = Set(old.map { ReservationTrace(of: $0).spans.map(\.spanID) } ?? [])
        let news = trace.spans.filter { !known.contains($0.spanID) }
        exporter.offer(news, parent: trace.isSampled)
    }

    package func reservation(_ id: ReservationID) async throws(LedgerError) -> Reservation? {
        try await base.reservation(id)
    }

    package func disk(_ key: DiskKey) async throws(LedgerError) -> Disk? { try await base.disk(key) }

    package func user(_ id: UserID) async throws(LedgerError) -> UserBinding? { try await base.user(id) }

    package func capacity(of type: GPUType) async throws(LedgerError) -> [NodeCapacity] {
        try await base.capacity(of: type)
    }

    package func record(_ fact: VolumeFact) async throws(LedgerError) -> FactOutcome {
        try await base.record(fact)
    }

    package func work(of holder: WorkPlace.Holder, urgentOnly: Bool) async throws(LedgerError)
        -> [ReservationID]
    {
        try await base.work(of: holder, urgentOnly: urgentOnly)
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
