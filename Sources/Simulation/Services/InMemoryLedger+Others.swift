package import Foundation
package import Reservations
import Synchronization

extension InMemoryLedger: WorkerRoster {
    package func join(_ row: WorkerRow) async throws(LedgerError) {
        let isLost = try await begin(.workers)
        state.withLock { $0.workers[row.id] = row }
        try await end(losing: isLost)
    }

    package func beat(_ id: WorkerID, beat: Int, inFlight: Int) async throws(LedgerError) {
        let isLost = try await begin(.beat)
        try state.withLock { state throws(LedgerError) in
            guard state.workers[id]?.state == .alive else { throw LedgerError(.refused, "\(id) isn't alive") }
            state.workers[id]?.beat = beat
            state.workers[id]?.inFlight = inFlight
        }
        try await end(losing: isLost)
    }

    package func worker(_ id: WorkerID) async throws(LedgerError) -> WorkerRow? {
        try await read(.workers) { $0.workers[id] }
    }

    package func workers(_ ids: [WorkerID]) async throws(LedgerError) -> [WorkerRow] {
        try await read(.workers) { state in ids.compactMap { state.workers[$0] } }
    }

    package func retire(_ id: WorkerID, purgeAt: Date) async throws(LedgerError) {
        let isLost = try await begin(.workers)
        try state.withLock { state throws(LedgerError) in
            guard let row = state.workers[id], row.state == .dead else {
                throw LedgerError(.refused, "\(id) isn't dead")
            }
            guard row.purgeAt == nil else { return }
            state.workers[id]?.purgeAt = Int(purgeAt.timeIntervalSince1970.rounded(.up))
        }
        try await end(losing: isLost)
    }

    package func workers() async throws(LedgerError) -> [WorkerRow] {
        try await read(.workers) { $0.workers.values.sorted { $0.id < $1.id } }
    }

    package func declareDead(_ id: WorkerID, atBeat beat: Int) async throws(LedgerError) {
        let isLost = try await begin(.workers)
        try state.withLock { state throws(LedgerError) in
            guard let row = state.workers[id] else { throw LedgerError(.refused, "no such worker") }
            if row.state == .dead { return }
            guard row.beat == beat else { throw LedgerError(.refused, "it beat meanwhile") }
            state.workers[id]?.state = .dead
        }
        chronicle.add("ledger: worker \(id) dead")
        try await end(losing: isLost)
    }
}

extension InMemoryLedger: CleanupLedger {
    package func cleanup(_ volume: VolumeID) async throws(LedgerError) -> Cleanup? {
        try await read(.read) { $0.cleanups[volume] }
    }

    package func cleanups(_ volumes: [VolumeID]) async throws(LedgerError) -> [Cleanup] {
        try await read(.read) { state in volumes.compactMap { state.cleanups[$0] } }
    }

    package func dueCleanups(before time: Date, limit: Int) async throws(LedgerError) -> [VolumeID] {
        try await read(.candidates) { $0.due.first(limit, before: time) }
    }
}

extension InMemoryLedger {
    package func reservations(_ ids: [ReservationID]) async throws(LedgerError) -> [Reservation] {
        let (rows, isSpoilt) = try await read(.read) { state in
            (ids.compactMap { state.reservations[$0] }, ids.contains { state.malformed.contains($0) })
        }
        if isSpoilt { throw LedgerError(.malformed, "a row can't be read") }
        return rows
    }

    package func disks(_ keys: [DiskKey]) async throws(LedgerError) -> [Disk] {
        try await read(.read) { state in keys.compactMap { state.disks[$0] } }
    }

    package func reservations(with status: Status, limit: Int) async throws(LedgerError) -> [ReservationID] {
        Array(try await reservations(with: status).prefix(limit))
    }

    package func reservationCount(from start: Date, to end: Date) async throws(LedgerError) -> Int {
        try await read(.candidates) { state in
            state.reservations.values.count { $0.createdAt >= start && $0.createdAt <= end }
        }
    }

    package func disks(after token: DiskKey?) async throws(LedgerError) -> DiskPage {
        try await read(.read) { DiskPage(disks: Array($0.disks.values), next: nil) }
    }

    package func allCapacity() async throws(LedgerError) -> [NodeCapacity] {
        try await read(.read) { Array($0.capacity.values) }
    }

    package func cluster(orClaim uid: String) async throws(LedgerError) -> String {
        let isLost = try await begin(.read)
        let standing = state.withLock { state in
            state.cluster = state.cluster ?? uid
            return state.cluster ?? uid
        }
        try await end(losing: isLost)
        return standing
    }
}

extension InMemoryLedger: FleetRegister {
    package func fleetID() async throws(LedgerError) -> FleetID? {
        try await read(.read) { $0.fleet?.fleet }
    }

    package func fleetRow() async throws(LedgerError) -> FleetRow? { try await read(.read) { $0.fleet } }

    package func sweepLease() async throws(LedgerError) -> SweepLease? { try await read(.read) { $0.sweep } }
}
