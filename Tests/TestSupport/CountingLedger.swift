package import Foundation
package import Reservations
import Synchronization

/// Counts the calls that a ledger gets, by their names.
package final class CountingLedger: ReservationLedger, WorkerRoster {
    private let base: InMemoryLedger
    private let counts = Mutex<[String: Int]>([:])

    package init(_ base: InMemoryLedger) { self.base = base }

    /// Since the last time that they were taken.
    package func takeCounts() -> [String: Int] {
        counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
    }

    private func count(_ name: String) {
        counts.withLock { $0[name, default: 0] += 1 }
    }

    package func reservation(_ id: ReservationID) async throws(LedgerError) -> Reservation? {
        count("read row")
        return try await base.reservation(id)
    }

    package func disk(_ key: DiskKey) async throws(LedgerError) -> Disk? {
        count("read disk")
        return try await base.disk(key)
    }

    package func user(_ id: UserID) async throws(LedgerError) -> UserBinding? {
        count("read user binding")
        return try await base.user(id)
    }

    package func capacity(of type: GPUType) async throws(LedgerError) -> [NodeCapacity] {
        count("read capacity")
        return try await base.capacity(of: type)
    }

    package func commit(_ decision: Decision) async throws(LedgerError) -> Reservation? {
        count("write decision")
        return try await base.commit(decision)
    }

    package func record(_ fact: VolumeFact) async throws(LedgerError) -> FactOutcome {
        count("write fact")
        return try await base.record(fact)
    }

    package func work(of holder: WorkPlace.Holder, urgentOnly: Bool) async throws(LedgerError)
        -> [ReservationID]
    {
        count(holder == .free ? "read free" : "read key")
        return try await base.work(of: holder, urgentOnly: urgentOnly)
    }

    package func reservations(with status: Status) async throws(LedgerError) -> [ReservationID] {
        count("read status")
        return try await base.reservations(with: status)
    }

    package func reservations(of user: UserID, limit: Int) async throws(LedgerError) -> [ReservationID] {
        count("read user")
        return try await base.reservations(of: user, limit: limit)
    }

    package func expired(before time: Date) async throws(LedgerError) -> [ReservationID] {
        count("read expired")
        return try await base.expired(before: time)
    }

    package func join(_ row: WorkerRow) async throws(LedgerError) {
        count("write join")
        try await base.join(row)
    }

    package func beat(_ id: WorkerID, beat: Int, inFlight: Int) async throws(LedgerError) {
        count("write beat")
        try await base.beat(id, beat: beat, inFlight: inFlight)
    }

    package func worker(_ id: WorkerID) async throws(LedgerError) -> WorkerRow? {
        count("read worker")
        return try await base.worker(id)
    }

    package func workers(_ ids: [WorkerID]) async throws(LedgerError) -> [WorkerRow] {
        count("read neighbours")
        return try await base.workers(ids)
    }

    package func workers() async throws(LedgerError) -> [WorkerRow] {
        count("read roster")
        return try await base.workers()
    }

    package func declareDead(_ id: WorkerID, atBeat beat: Int) async throws(LedgerError) {
        count("write death")
        try await base.declareDead(id, atBeat: beat)
    }

    package func retire(_ id: WorkerID, purgeAt: Date) async throws(LedgerError) {
        count("write retirement")
        try await base.retire(id, purgeAt: purgeAt)
    }
}
