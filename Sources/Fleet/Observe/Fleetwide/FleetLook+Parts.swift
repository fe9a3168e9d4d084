import Foundation
import Reservations

/// The parts of a look, each a few queries of keys.
extension FleetLook {
    func reservations() async throws(LedgerError) -> [GaugeReading] {
        var readings: [GaugeReading] = []
        for status in Status.allCases where !status.isTerminal {
            let count = try await sources.tables.reservations(with: status).count
            readings.append(
                GaugeReading("berth_reservations", [("status", status.rawValue)], Double(count))
            )
        }
        return readings
    }

    func queue() async throws(LedgerError) -> [GaugeReading] {
        try await sources.tables.queuedByType().sorted { $0.key.rawValue < $1.key.rawValue }.map {
            GaugeReading("berth_queued_reservations", [("gpu_type", $0.key.rawValue)], Double($0.value))
        }
    }

    func workers(_ memory: inout Memory) async throws(LedgerError) -> [GaugeReading] {
        let rows = try await sources.tables.workers()
        var counts = ["beating": 0, "silent": 0, "dead": 0]
        for row in rows {
            let state =
                switch row.state {
                case .dead: "dead"
                // Looks are further apart than beats: whoever lives has beaten in between.
                case .alive: memory.beats[row.id] == row.beat ? "silent" : "beating"
                }
            counts[state, default: 0] += 1
        }
        memory.beats = Dictionary(rows.filter { $0.state == .alive }.map { ($0.id, $0.beat) }) { one, _ in one
        }
        return counts.sorted { $0.key < $1.key }.map {
            GaugeReading("berth_workers", [("state", $0.key)], Double($0.value))
        }
    }

    func unowned(_ memory: inout Memory) async throws(LedgerError) -> [GaugeReading] {
        var ids = Set(try await sources.tables.work(of: .free, urgentOnly: false))
        // What waits for GPUs is nobody's by design.
        ids.subtract(try await sources.tables.reservations(with: .queued))
        for row in try await sources.tables.workers() where row.state == .dead && row.purgeAt == nil {
            ids.formUnion(try await sources.tables.work(of: .worker(row.id), urgentOnly: false))
        }
        let now = sources.time.monotonic()
        let before = memory.unowned
        memory.unowned = Dictionary(ids.map { ($0, before[$0] ?? now) }) { one, _ in one }
        let oldest = memory.unowned.values.min().map { (now - $0) / .seconds(1) } ?? 0
        return [
            GaugeReading("berth_unowned_rows", Double(ids.count)),
            GaugeReading("berth_unowned_rows_oldest_seconds", oldest),
        ]
    }

    func orphans(_ memory: inout Memory) async throws(LedgerError) -> [GaugeReading] {
        let open = try await sources.tables.dueCleanups(before: .distantFuture, limit: Self.mostOrphans)
        var made: [VolumeID: Date] = [:]
        for volume in open {
            if let known = memory.orphans[volume] {
                made[volume] = known
            } else if let row = try await sources.tables.cleanup(volume), row.state == .open {
                made[volume] = row.createdAt
            }
        }
        memory.orphans = made
        let age = made.values.min().map { max(0, sources.time.now().timeIntervalSince($0)) } ?? 0
        return [
            GaugeReading("berth_orphans_open", Double(made.count)),
            GaugeReading("berth_orphans_oldest_seconds", age),
        ]
    }

    func janitor() async throws(LedgerError) -> [GaugeReading] {
        guard let row = try await sources.tables.fleetRow() else {
            throw LedgerError(.malformed, "the fleet's row is missing")
        }
        let now = sources.time.serviceNow() ?? sources.time.now()
        return StopCause.allCases.map {
            GaugeReading("berth_janitor_stopped", [("cause", $0.rawValue)], row.stop?.cause == $0 ? 1 : 0)
        } + [
            GaugeReading("berth_janitor_budget_spent", Double(row.budget.spent(at: now))),
            GaugeReading(
                "berth_janitor_budget_limit",
                Double(policy.allowance(of: row.census?.volumes ?? 0))
            ),
            GaugeReading(
                "berth_sweep_completed_timestamp_seconds",
                row.census?.at.timeIntervalSince1970 ?? 0
            ),
        ]
    }
}
