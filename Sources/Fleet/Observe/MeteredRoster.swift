package import Foundation
import Metrics
package import Reservations

/// Counts beats and deaths on their way to the roster.
package struct MeteredRoster: WorkerRoster {
    private let base: any WorkerRoster
    private let factory: any MetricsFactory

    package init(_ base: any WorkerRoster) {
        self.init(base, factory: MetricsSystem.factory)
    }

    init(_ base: any WorkerRoster, factory: any MetricsFactory) {
        self.base = base
        self.factory = factory
    }

    package func beat(_ id: WorkerID, beat: Int, inFlight: Int) async throws(LedgerError) {
        do {
            try await base.beat(id, beat: beat, inFlight: inFlight)
        } catch {
            count("berth_worker_beats_total", ["outcome": error.code == .refused ? "refused" : "failed"])
            throw error
        }
        count("berth_worker_beats_total", ["outcome": "accepted"])
    }

    package func declareDead(_ id: WorkerID, atBeat beat: Int) async throws(LedgerError) {
        try await base.declareDead(id, atBeat: beat)
        count("berth_worker_deaths_total", [:])
    }

    private func count(_ label: String, _ dimensions: [String: String]) {
        Counter(label: label, dimensions: dimensions.map { ($0.key, $0.value) }, factory: factory).increment()
    }

    package func join(_ row: WorkerRow) async throws(LedgerError) { try await base.join(row) }

    package func worker(_ id: WorkerID) async throws(LedgerError) -> WorkerRow? {
        try await base.worker(id)
    }

    package func workers(_ ids: [WorkerID]) async throws(LedgerError) -> [WorkerRow] {
        try await base.workers(ids)
    }

    package func workers() async throws(LedgerError) -> [WorkerRow] { try await base.workers() }

    package func retire(_ id: WorkerID, purgeAt: Date) async throws(LedgerError) {
        try await base.retire(id, purgeAt: purgeAt)
    }
}
