package import Foundation

/// The warnings before a server's end: which is due, and its words.
package enum ExpiryWarning {
    /// The phase of its events; it is no phase of the pipeline.
    package static let phase = "expiry_warning"

    /// The name under which a row remembers a warning, as the replaced system had it.
    package static func name(_ minutes: Int) -> String { "\(minutes)min_warning_sent" }

    /// The warning that is due, if one is: the latest whose time has come, unless it was given.
    ///
    /// - Parameters:
    ///   - row: the reservation's.
    ///   - minutes: before the end, in any order.
    ///   - now: the services' time.
    /// - Returns: the minutes of the warning; nil if none is due.
    package static func due(for row: Reservation, _ minutes: [Int], at now: Date) -> Int? {
        guard row.status == .active, let end = row.expiresAt, end > now else { return nil }
        let left = end.timeIntervalSince(now)
        // A server that was reserved for less than a warning's time isn't warned of what it knows.
        let whole = end.timeIntervalSince(row.launchedAt ?? row.createdAt)
        let reached = minutes.filter { left <= Double($0) * 60 && whole > Double($0) * 60 }
        guard let latest = reached.min(), row.warningsSent[name(latest)] != true else { return nil }
        return latest
    }

    /// The row with a warning given: what it says is to be heard, by events and by the pod.
    package static func giving(_ warning: Int, of minutes: [Int], to row: Reservation) -> Reservation {
        var next = row
        // Earlier ones that nobody gave in time have lost their sense.
        for one in minutes where one >= warning { next.warningsSent[name(one)] = true }
        next.unpublished.removeAll { if case .warning = $0 { true } else { $0 == .podNotice } }
        next.unpublished += [.warning(minutes: warning), .podNotice]
        return next
    }

    package static func text(_ minutes: Int, _ end: Date) -> String {
        "This server ends in \(minutes) minutes, at \(end.formatted(.iso8601)). More time: berth extend"
    }

    static func event(of row: Reservation, _ minutes: Int, at now: Date) -> ReservationEvent {
        ReservationEvent(of: row, phase: phase, detail: text(minutes, row.expiresAt ?? now), at: now)
    }

    /// What the pod is to show as the row stands.
    static func notice(for row: Reservation) -> PodNotice? {
        guard row.status == .active, let end = row.expiresAt else { return nil }
        let given = row.warningsSent.filter(\.value).keys.compactMap { Int($0.prefix { $0.isNumber }) }
        return PodNotice(expiresAt: end, warning: given.min().map { text($0, end) })
    }
}

extension DriveContext {
    /// Tells the pod its end; true if that is done, or there is no pod any more to be told.
    func tellPod(_ row: Reservation) async -> Bool {
        guard let notice = ExpiryWarning.notice(for: row), let intent = row.podIntent else { return true }
        var areTold = true
        for names in row.podNames(generation: intent.generation) {
            do {
                try await ports.pods.tell(names, notice)
            } catch {
                ports.journal.warn(
                    "the pod isn't told its end yet",
                    ["reservation.id": row.id.rawValue, "reason": error.reason]
                )
                if error.code != .notFound { areTold = false }
            }
        }
        return areTold
    }
}

/// Warns before the end, and ends what is over: both by the services' time.
struct ExpiryWatch: Sendable {
    let context: DriveContext

    private var ports: WorkerPorts { context.ports }

    /// Rows whose last minutes have come.
    func candidates(at now: Date) async throws(LedgerError) -> [ReservationID] {
        let ahead = (context.settings.warningMinutes.max() ?? 0) * 60
        return try await ports.ledger.expired(before: now.addingTimeInterval(Double(ahead)))
    }

    /// Gives the warning that is due.
    func warn(_ row: Reservation, at now: Date) async throws {
        let minutes = context.settings.warningMinutes
        guard let due = ExpiryWarning.due(for: row, minutes, at: now) else { return }
        var next = ExpiryWarning.giving(due, of: minutes, to: row)
        next.note("Warned: it ends in \(due) minutes", at: ports.time.now())
        let decision = try Decision(from: row, to: next)
        guard let written = try await ports.ledger.commitUnlessRefused(decision, of: next) else { return }
        try await context.hear(written)
    }
}
