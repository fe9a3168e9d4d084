package import Foundation
import Reservations

/// The fleet at one moment, for people: what `berth top` shows.
package struct FleetSnapshot: Sendable, Encodable {
    package struct Worker: Sendable, Encodable {
        package let worker: String
        package let state: String
        package let inFlight: Int
        package let host: String
        package let version: String
        package let startedAt: Date
    }

    package struct Item: Sendable, Encodable {
        package let reservation: String
        package let user: String?
        package let status: String
        package let phase: String
        package let detail: String
        package let owner: String?
        package let since: Date
    }

    package var at: Date
    package var workers: [Worker] = []
    package var statuses: [String: Int] = [:]
    package var queued: [String: Int] = [:]
    package var lag: [String: Int64] = [:]
    package var underWay: [Item] = []
    package var failures: [Item] = []
    /// What couldn't be looked at.
    package var troubles: [String] = []

    enum CodingKeys: String, CodingKey {
        case at, workers, statuses, queued, lag
        case underWay = "under_way"
        case failures, troubles
    }

    init(at: Date) { self.at = at }
}

extension FleetSnapshot.Item {
    init(_ row: Reservation) {
        reservation = row.id.rawValue
        user = row.userID?.rawValue
        status = row.status.rawValue
        phase = row.phase
        detail = row.failureReason ?? row.detail
        owner = row.owner?.rawValue
        since = row.history.last?.timestamp ?? row.createdAt
    }
}

extension FleetSnapshot {
    /// More rows of a kind than these aren't read.
    private static let mostRows = 20

    /// One look at everything; a part that can't be seen is a trouble, and the rest is shown.
    package static func take(
        of ledger: DynamoLedger,
        lag: @Sendable () async throws -> [String: Int64],
        at now: Date
    ) async -> FleetSnapshot {
        var snapshot = FleetSnapshot(at: now)
        await snapshot.attempt("workers") { try await $0.lookAtWorkers(ledger) }
        await snapshot.attempt("reservations") { try await $0.lookAtReservations(ledger) }
        await snapshot.attempt("queue") {
            let types = try await ledger.queuedByType()
            $0.queued = Dictionary(types.map { ($0.key.rawValue, $0.value) }) { one, _ in one }
        }
        await snapshot.attempt("failures") {
            $0.failures = try await rows(ledger.newest(with: .failed, limit: 5), ledger)
        }
        await snapshot.attempt("lag") { $0.lag = try await lag() }
        return snapshot
    }

    private mutating func attempt(_ part: String, _ look: (inout FleetSnapshot) async throws -> Void) async {
        do { try await look(&self) } catch { troubles.append("\(part): \(error)") }
    }

    private mutating func lookAtWorkers(_ ledger: DynamoLedger) async throws {
        workers = try await ledger.workers().filter { $0.state == .alive }
            .sorted { ($0.host, $0.id.rawValue) < ($1.host, $1.id.rawValue) }
            .map {
                Worker(
                    worker: $0.id.rawValue,
                    state: $0.state.rawValue,
                    inFlight: $0.inFlight,
                    host: $0.host,
                    version: $0.softwareVersion,
                    startedAt: $0.startedAt
                )
            }
    }

    private mutating func lookAtReservations(_ ledger: DynamoLedger) async throws {
        var busy: [ReservationID] = []
        for status in Status.allCases where !status.isTerminal {
            let ids = try await ledger.reservations(with: status)
            statuses[status.rawValue] = ids.count
            if status.needsOwner { busy += ids }
        }
        underWay = try await Self.rows(Array(busy.prefix(Self.mostRows)), ledger)
    }

    private static func rows(_ ids: [ReservationID], _ ledger: DynamoLedger) async throws -> [Item] {
        var items: [Item] = []
        for id in ids {
            if let row = try await ledger.reservation(id) { items.append(Item(row)) }
        }
        return items
    }
}
