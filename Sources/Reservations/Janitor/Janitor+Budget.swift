import Foundation

/// Whether a volume or snapshot may be deleted now.
enum Permission: Sendable {
    /// Expected, or counted before.
    case granted
    /// So many are to be counted in the same transaction.
    case charged(FleetRow, FleetRow, Int)
    case refused(String)
}

extension Janitor {
    func standing() async throws(LedgerError) -> FleetRow? { try await ports.register.fleetRow() }

    /// Asks the one budget of all janitors, sweeps and reports, for one deletion.
    func permission(isExpected: Bool, _ what: String, at now: Date) async throws -> Permission {
        try await permission(charging: isExpected ? 0 : 1, what, at: now)
    }

    /// Asks the budget for several at once.
    ///
    /// - Parameters:
    ///   - count: how many are unexpected; none: only whether anything may be deleted.
    ///   - what: for the log.
    ///   - now: the services' time.
    /// - Returns: for fewer than asked if it hasn't room for all.
    /// - Throws: `LedgerError`.
    func permission(charging count: Int, _ what: String, at now: Date) async throws -> Permission {
        guard let row = try await standing() else {
            ports.journal.alert("the fleet's row is missing: nothing is deleted", ["what": what])
            return .refused("the fleet's row is missing")
        }
        guard row.fleet == fleet else {
            let details = ["what": what, "fleet": row.fleet.rawValue]
            ports.journal.alert("the tables belong to another fleet: nothing is deleted", details)
            return .refused("the tables belong to fleet \(row.fleet)")
        }
        if let stop = row.stop { return .refused("stopped: \(stop.cause.rawValue): \(stop.detail)") }
        if count == 0 { return .granted }
        let allowance = policy.allowance(of: row.census?.volumes ?? 0)
        var budget = row.budget
        var charged = 0
        while charged < count, let next = budget.charging(at: now, allowance: allowance) {
            budget = next
            charged += 1
        }
        guard charged > 0 else {
            let detail = "\(row.budget.spent(at: now)) unexpected deletions in 24 hours, \(allowance) allowed"
            try await stop(row, FleetRow.Stop(.budgetSpent, detail, at: now))
            return .refused(detail)
        }
        var next = row
        next.budget = budget
        return .charged(row, next, charged)
    }

    /// Nothing is deleted any more, by any janitor, until a person has looked.
    func stop(_ row: FleetRow, _ stop: FleetRow.Stop) async throws {
        var next = row
        next.stop = stop
        // Refused, another wrote first: whoever comes next decides anew.
        guard try await commitUnlessRefused([.fleet(from: row, to: next)]) else { return }
        ports.journal.alert(
            "the janitor has stopped: nothing is deleted until `berth-janitor resume`",
            ["cause": stop.cause.rawValue, "detail": stop.detail]
        )
    }

    /// Ends a stop: what was counted before is forgotten, and the next sweep counts anew.
    ///
    /// - Parameter reason: a person's.
    /// - Returns: what had stopped it; nil if nothing had.
    /// - Throws: `LedgerError`.
    package func resume(because reason: String) async throws -> FleetRow.Stop? {
        guard let row = try await standing(), row.fleet == fleet, let stop = row.stop else { return nil }
        var next = row
        next.stop = nil
        next.budget = DeletionBudget()
        if stop.cause != .budgetSpent { next.census = nil }
        try await ports.ledger.commit(Decision([.fleet(from: row, to: next)]))
        ports.journal.warn("resumed by a person", ["cause": stop.cause.rawValue, "reason": reason])
        return stop
    }
}
