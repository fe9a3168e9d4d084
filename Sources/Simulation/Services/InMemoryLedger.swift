package import Foundation
package import Reservations
import Synchronization

/// The tables, as DynamoDB keeps its word about them: conditions, transactions, consistent reads.
package final class InMemoryLedger: ReservationLedger, Sendable {
    struct CapacityKey: Hashable {
        let type: GPUType
        let node: String
    }

    struct State {
        var reservations: [ReservationID: Reservation] = [:]
        /// What the indexes show; nil: what the table has.
        var index: [ReservationID: Reservation]?
        var disks: [DiskKey: Disk] = [:]
        var capacity: [CapacityKey: NodeCapacity] = [:]
        var cleanups: [VolumeID: Cleanup] = [:]
        var due = DueIndex()
        var users: [UserID: UserBinding] = [:]
        var workers: [WorkerID: WorkerRow] = [:]
        var fleet: FleetRow?
        var sweep: SweepLease?
        var cluster: String?
        var writes: [Write] = []
        var faults: [Fault] = []
        var intercepts: [Intercept] = []
        var isAway = false
        var malformed: Set<ReservationID> = []
        var lastWriteID = 0
    }

    /// A write that took place.
    package enum Write: Sendable, Equatable {
        case decision(Decision, after: Reservation?)
        case fact(VolumeFact, FactOutcome)
    }

    package enum Call: Sendable, Hashable {
        case commit, record, read, candidates, beat, workers
    }

    package enum Trouble: Sendable {
        /// Nothing happens, and the call says so.
        case fail(LedgerError.Code)
        /// It takes place, and the call doesn't say so.
        case loseAnswer
    }

    struct Fault {
        let call: Call
        let trouble: Trouble
        var times: Int
    }

    struct Intercept {
        let matches: @Sendable (Decision) -> Bool
        let run: @Sendable () async -> Void
    }

    let chronicle: Chronicle
    let state: Mutex<State>

    package init(fleet: FleetID?, chronicle: Chronicle = Chronicle()) {
        self.chronicle = chronicle
        state = Mutex(State(fleet: fleet.map(FleetRow.init)))
    }

    // MARK: For tests

    /// What was written, in order.
    package var writes: [Write] { state.withLock(\.writes) }

    package var allReservations: [Reservation] {
        state.withLock { $0.reservations.values.sorted { $0.id < $1.id } }
    }

    package var allDisks: [Disk] {
        state.withLock {
            $0.disks.values.sorted {
                ($0.userID.rawValue, $0.name.rawValue) < ($1.userID.rawValue, $1.name.rawValue)
            }
        }
    }

    package var allCapacity: [NodeCapacity] { state.withLock { Array($0.capacity.values) } }

    package var allCleanups: [Cleanup] {
        state.withLock { $0.cleanups.values.sorted { $0.volume < $1.volume } }
    }

    package func peek(_ id: ReservationID) -> Reservation? { state.withLock { $0.reservations[id] } }

    package func peek(_ key: DiskKey) -> Disk? { state.withLock { $0.disks[key] } }

    package func peek(_ id: WorkerID) -> WorkerRow? { state.withLock { $0.workers[id] } }

    package func peek(_ user: UserID) -> UserBinding? { state.withLock { $0.users[user] } }

    package func peek(_ volume: VolumeID) -> Cleanup? { state.withLock { $0.cleanups[volume] } }

    /// Puts a row there, whatever stood there.
    package func plant(_ row: Reservation) { state.withLock { $0.reservations[row.id] = row } }

    package func plant(_ disk: Disk) { state.withLock { $0.disks[disk.key] = disk } }

    package func plant(_ row: WorkerRow) { state.withLock { $0.workers[row.id] = row } }

    package func plant(_ row: UserBinding) { state.withLock { $0.users[row.userID] = row } }

    package func plant(_ row: Cleanup) { state.withLock { $0.put(row) } }

    /// How many cleanups are open.
    package var openCleanups: Int { state.withLock { $0.due.count } }

    package func plant(_ row: NodeCapacity) {
        state.withLock { $0.capacity[CapacityKey(type: row.gpuType, node: row.node)] = row }
    }

    package var fleetRowNow: FleetRow? { state.withLock(\.fleet) }

    package var sweepNow: SweepLease? { state.withLock(\.sweep) }

    package func plant(_ row: FleetRow?) { state.withLock { $0.fleet = row } }

    package func plant(_ lease: SweepLease) { state.withLock { $0.sweep = lease } }

    package func remove(_ id: ReservationID) { state.withLock { $0.reservations[id] = nil } }

    package func remove(_ id: WorkerID) { state.withLock { $0.workers[id] = nil } }

    /// A row that can't be read as it stands.
    package func spoil(_ id: ReservationID) { _ = state.withLock { $0.malformed.insert(id) } }

    /// The next calls of a kind go wrong.
    package func inject(_ trouble: Trouble, into call: Call, times: Int = 1) {
        state.withLock { $0.faults.append(Fault(call: call, trouble: trouble, times: times)) }
    }

    /// From now on the indexes show a row only once they caught up with it.
    package func letIndexesLag() { state.withLock { $0.index = $0.reservations } }

    package func catchUp(_ id: ReservationID) {
        state.withLock { state in
            if state.index != nil { state.index?[id] = state.reservations[id] }
        }
    }

    /// The tables can't be reached.
    package func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

    /// Does something just before the first commit that matches, once.
    package func before(
        _ matches: @escaping @Sendable (Decision) -> Bool,
        _ run: @escaping @Sendable () async -> Void
    ) {
        state.withLock { $0.intercepts.append(Intercept(matches: matches, run: run)) }
    }

    /// Lets a call begin, or fails it.
    ///
    /// - Returns: whether its answer gets lost.
    func begin(_ call: Call) async throws(LedgerError) -> Bool {
        await Life.pass()
        let trouble = state.withLock { state -> Trouble? in
            if state.isAway { return .fail(.unavailable) }
            guard let index = state.faults.firstIndex(where: { $0.call == call }) else { return nil }
            state.faults[index].times -= 1
            defer { if state.faults[index].times <= 0 { state.faults.remove(at: index) } }
            return state.faults[index].trouble
        }
        switch trouble {
        case .fail(let code): throw LedgerError(code, "told to fail")
        case .loseAnswer: return true
        case nil: return false
        }
    }

    func end(losing answer: Bool) async throws(LedgerError) {
        await Life.pass()
        if answer { throw LedgerError(.unavailable, "the answer got lost") }
    }

    func read<Value: Sendable>(
        _ call: Call,
        _ look: @Sendable (borrowing State) -> Value
    ) async throws(LedgerError) -> Value {
        _ = try await begin(call)
        let value = state.withLock { look($0) }
        try await end(losing: false)
        return value
    }

    // MARK: Reads

    package func reservation(_ id: ReservationID) async throws(LedgerError) -> Reservation? {
        let (row, isSpoilt) = try await read(.read) { ($0.reservations[id], $0.malformed.contains(id)) }
        if isSpoilt { throw LedgerError(.malformed, "the row can't be read") }
        return row
    }

    package func disk(_ key: DiskKey) async throws(LedgerError) -> Disk? {
        try await read(.read) { $0.disks[key] }
    }

    package func user(_ id: UserID) async throws(LedgerError) -> UserBinding? {
        try await read(.read) { $0.users[id] }
    }

    package func capacity(of type: GPUType) async throws(LedgerError) -> [NodeCapacity] {
        try await read(.read) {
            $0.capacity.values.filter { $0.gpuType == type }.sorted { $0.node < $1.node }
        }
    }

    package func work(
        of holder: WorkPlace.Holder,
        urgentOnly: Bool
    ) async throws(LedgerError) -> [ReservationID] {
        try await candidates { row in
            guard let work = row.work, work.holder == holder else { return false }
            return work.isUrgent || !urgentOnly
        }
    }

    package func reservations(with status: Status) async throws(LedgerError) -> [ReservationID] {
        try await candidates { $0.status == status }
    }

    package func reservations(of user: UserID, limit: Int) async throws(LedgerError) -> [ReservationID] {
        Array(try await candidates { $0.userID == user }.prefix(limit))
    }

    package func expired(before time: Date) async throws(LedgerError) -> [ReservationID] {
        try await candidates { row in
            guard row.status == .active, let expiresAt = row.expiresAt else { return false }
            return expiresAt < time
        }
    }

    private func candidates(
        _ belongs: @escaping @Sendable (Reservation) -> Bool
    ) async throws(LedgerError) -> [ReservationID] {
        try await read(.candidates) { state in
            (state.index ?? state.reservations).values.filter(belongs)
                .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.map(\.id)
        }
    }
}
