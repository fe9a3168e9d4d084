package import Foundation
import Metrics
package import Reservations
import Synchronization

/// Counts beats and deaths on their way to the roster.
package final class MeteredRoster: WorkerRoster {
    private let base: any WorkerRoster
    private let factory: any MetricsFactory
    /// Who joined through this roster: a worker that writes its own death has ended in good order.
    private let own = Mutex<WorkerID?>(nil)

    package convenience init(_ base: any WorkerRoster) {
        self.init(base, factory: MetricsSystem.factory)
    }

    init(_ base: any WorkerRoster, factory: any MetricsFactory) {
        self.base = base
        self.factory = factory
        // A counter that first appears as 1 shows no increase.
        for of in ["self", "other"] { count("berth_worker_deaths_total", ["of": of], by: 0) }
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
        let isOwn = own.withLock { $0 == id }
        count("berth_worker_deaths_total", ["of": isOwn ? "self" : "other"])
    }

    private func count(_ label: String, _ dimensions: [String: String], by amount: Int = 1) {
        Counter(label: label, dimensions: dimensions.map { ($0.key, $0.value) }, factory: factory)
            .increment(by: amount)
    }

    package func join(_ row: WorkerRow) async throws(LedgerError) {
        try await base.join(row)
        own.withLock { $0 = row.id }
    }

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
