package import Foundation

/// The tables: the truth about reservations, disks and capacity.
///
/// A decision is a ``Decision``: it holds the rows as they were read, so that it can only be written if none
/// of them changed meanwhile. A fact is a ``VolumeFact``: it is written even by whoever lost the row.
package protocol ReservationLedger: Sendable {
    /// A consistent read.
    func reservation(_ id: ReservationID) async throws(LedgerError) -> Reservation?

    /// A consistent read.
    func disk(_ key: DiskKey) async throws(LedgerError) -> Disk?

    /// A consistent read.
    func user(_ id: UserID) async throws(LedgerError) -> UserBinding?

    /// Consistent reads of every node's row of that type.
    func capacity(of type: GPUType) async throws(LedgerError) -> [NodeCapacity]

    /// Writes all of a decision or none of it.
    ///
    /// - Returns: the reservation as written, if the decision changes one.
    /// - Throws: ``LedgerError/Code/refused`` if any row isn't as it was read.
    @discardableResult
    func commit(_ decision: Decision) async throws(LedgerError) -> Reservation?

    /// Writes a fact about a volume, whoever owns the row.
    func record(_ fact: VolumeFact) async throws(LedgerError) -> FactOutcome

    /// Candidates from the index `work`: each is to be read consistently before anything is decided.
    func work(of holder: WorkPlace.Holder, urgentOnly: Bool) async throws(LedgerError) -> [ReservationID]

    /// Candidates from the index by status, oldest first.
    func reservations(with status: Status) async throws(LedgerError) -> [ReservationID]

    /// Candidates from the index by user, newest first.
    func reservations(of user: UserID, limit: Int) async throws(LedgerError) -> [ReservationID]

    /// Candidates whose `expires_at` lies before a time: `active` rows alone.
    func expired(before time: Date) async throws(LedgerError) -> [ReservationID]
}

/// Rows as they were read beside rows as they are to be.
///
/// All are written in one transaction; each is conditional on the version read, and a reservation also on
/// owner and fence. `nil` as the old row means that there must be none.
package struct Decision: Sendable, Equatable {
    package enum Row: Sendable, Equatable {
        case reservation(from: Reservation?, to: Reservation)
        case disk(from: Disk?, to: Disk)
        case capacity(from: NodeCapacity?, to: NodeCapacity)
        case cleanup(from: Cleanup?, to: Cleanup)
        case user(from: UserBinding?, to: UserBinding)
        case fleet(from: FleetRow, to: FleetRow)
        case sweep(from: SweepLease?, to: SweepLease)
    }

    package private(set) var rows: [Row]

    /// The admission of a row that must not exist yet.
    package init(admitting row: Reservation) {
        rows = [.reservation(from: nil, to: row)]
    }

    /// A change of a row as it was read.
    ///
    /// - Throws: ``IllegalMove`` if the table of states doesn't have the change of status.
    package init(from old: Reservation, to new: Reservation) throws(IllegalMove) {
        guard old.status.canMove(to: new.status) else { throw IllegalMove(from: old.status, to: new.status) }
        rows = [.reservation(from: old, to: new)]
    }

    /// A change that concerns no reservation's row.
    package init(_ rows: [Row]) {
        self.rows = rows
    }

    package func and(_ row: Row?) -> Decision {
        guard let row else { return self }
        var decision = self
        decision.rows.append(row)
        return decision
    }
}

/// That this token made that volume.
package struct VolumeFact: Sendable, Equatable {
    package let reservation: ReservationID
    package let generation: Int
    package let token: String
    package let volume: VolumeID
    /// Trace events that ride on this write.
    package let trace: [String: Double]

    package init(
        reservation: ReservationID,
        generation: Int,
        token: String,
        volume: VolumeID,
        trace: [String: Double] = [:]
    ) {
        self.reservation = reservation
        self.generation = generation
        self.token = token
        self.volume = volume
        self.trace = trace
    }
}

package enum FactOutcome: Sendable, Equatable {
    /// The row (or its receipt, if it has ended) holds the id now, or held it already.
    case recorded(Reservation)
    /// The row belongs to another token by now, or is gone: the id must be published instead.
    case homeless
}

package struct LedgerError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// A row isn't as it was read: read again and decide anew.
        case refused
        /// The service can't be reached or throttles: the same again, later.
        case unavailable
        /// A row can't be read or written as it is.
        case malformed
    }

    package let code: Code
    package let reason: String

    package init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    package var description: String { "ledger: \(reason)" }
}

/// The ledger of worker processes.
package protocol WorkerRoster: Sendable {
    func join(_ row: WorkerRow) async throws(LedgerError)

    /// Writes the next beat.
    ///
    /// - Throws: ``LedgerError/Code/refused`` once somebody has written that this worker is dead, or once its
    ///   row is gone: only the dead's rows ever go.
    func beat(_ id: WorkerID, beat: Int, inFlight: Int) async throws(LedgerError)

    func worker(_ id: WorkerID) async throws(LedgerError) -> WorkerRow?

    /// A few rows in one consistent read; those that aren't there are left out.
    func workers(_ ids: [WorkerID]) async throws(LedgerError) -> [WorkerRow]

    /// All rows, dead ones too, consistently.
    func workers() async throws(LedgerError) -> [WorkerRow]

    /// Declares a worker dead, on condition that its beat is still this one.
    func declareDead(_ id: WorkerID, atBeat beat: Int) async throws(LedgerError)

    /// Lets the row of a dead worker that left nothing go after a time; set once, it stays as it is.
    ///
    /// - Throws: ``LedgerError/Code/refused`` if no dead worker's row is there.
    func retire(_ id: WorkerID, purgeAt: Date) async throws(LedgerError)
}

/// The janitor's rows.
package protocol CleanupLedger: Sendable {
    func cleanup(_ volume: VolumeID) async throws(LedgerError) -> Cleanup?

    /// Consistent reads of many rows in few calls; absent ones aren't in the answer.
    func cleanups(_ volumes: [VolumeID]) async throws(LedgerError) -> [Cleanup]

    /// Volumes whose row is open and due before a time, soonest first.
    func dueCleanups(before time: Date, limit: Int) async throws(LedgerError) -> [VolumeID]

    /// Consistent reads of many rows in few calls; absent ones aren't in the answer.
    func reservations(_ ids: [ReservationID]) async throws(LedgerError) -> [Reservation]

    /// Some candidates from the index by status, oldest first.
    func reservations(with status: Status, limit: Int) async throws(LedgerError) -> [ReservationID]

    /// How many rows were made in a span of time, by an index that may lag.
    func reservationCount(from start: Date, to end: Date) async throws(LedgerError) -> Int

    /// Consistent reads of many rows in few calls; absent ones aren't in the answer.
    func disks(_ keys: [DiskKey]) async throws(LedgerError) -> [Disk]

    /// One page of all disks, read consistently.
    func disks(after token: DiskKey?) async throws(LedgerError) -> DiskPage

    /// One page of all nodes' rows, whatever they promise.
    func allCapacity() async throws(LedgerError) -> [NodeCapacity]
}

/// Some of all disks.
package struct DiskPage: Sendable {
    package let disks: [Disk]
    /// Nil: there are no more.
    package let next: DiskKey?

    package init(disks: [Disk], next: DiskKey?) {
        self.disks = disks
        self.next = next
    }
}

/// The row that says which fleet this is.
package protocol FleetRegister: Sendable {
    /// The fleet's random id; nil if the tables were never set up.
    func fleetID() async throws(LedgerError) -> FleetID?

    /// The whole row, read consistently.
    func fleetRow() async throws(LedgerError) -> FleetRow?

    /// Who sweeps, read consistently.
    func sweepLease() async throws(LedgerError) -> SweepLease?

    /// The uid that tells the fleet's cluster; where none stands yet, this one is written, by condition.
    ///
    /// - Returns: the one that stands.
    func cluster(orClaim uid: String) async throws(LedgerError) -> String
}

extension ReservationLedger {
    /// Commits a decision about a reservation; nil if a row wasn't as it was read.
    func commitUnlessRefused(_ decision: Decision, of row: Reservation) async throws(LedgerError)
        -> Reservation?
    {
        do {
            return try await commit(decision) ?? row
        } catch {
            guard error.code == .refused else { throw error }
            return nil
        }
    }
}
