package import Foundation
package import Reservations

/// The tables, as a machine reaches them; indexes lag behind.
package final class DistantLedger: Sendable {
    let base: InMemoryLedger
    let network: Network
    let machine: Machine

    package init(_ base: InMemoryLedger, over network: Network, from machine: Machine) {
        self.base = base
        self.network = network
        self.machine = machine
    }

    func call<Value: Sendable>(
        _ deed: String,
        _ effect: @escaping @Sendable () async throws(LedgerError) -> Value
    ) async throws(LedgerError) -> Value {
        try await network.send(
            Call(service: .table, deed: deed, machine: machine),
            orFail: { reason, _ in LedgerError(.unavailable, reason) },
            effect
        )
    }

    /// The index shows a row some time after the table has it.
    private func showLater(_ id: ReservationID) {
        let lag = Duration.milliseconds(1 + network.below(network.below(10) == 0 ? 3_000 : 100))
        network.time.after(lag) { [base] in base.catchUp(id) }
    }
}

extension DistantLedger: ReservationLedger {
    package func reservation(_ id: ReservationID) async throws(LedgerError) -> Reservation? {
        try await call("look at row") { [base] () throws(LedgerError) in try await base.reservation(id) }
    }

    package func disk(_ key: DiskKey) async throws(LedgerError) -> Disk? {
        try await call("look at disk") { [base] () throws(LedgerError) in try await base.disk(key) }
    }

    package func user(_ id: UserID) async throws(LedgerError) -> UserBinding? {
        try await call("look at user") { [base] () throws(LedgerError) in try await base.user(id) }
    }

    package func capacity(of type: GPUType) async throws(LedgerError) -> [NodeCapacity] {
        try await call("look at capacity") { [base] () throws(LedgerError) in
            try await base.capacity(of: type)
        }
    }

    package func commit(_ decision: Decision) async throws(LedgerError) -> Reservation? {
        try await call("commit \(decision.story)") { [self] () throws(LedgerError) in
            let written = try await base.commit(decision)
            if let written { showLater(written.id) }
            return written
        }
    }

    package func record(_ fact: VolumeFact) async throws(LedgerError) -> FactOutcome {
        try await call("record \(fact.volume) for \(fact.reservation.last4)") {
            [self] () throws(LedgerError) in
            let outcome = try await base.record(fact)
            showLater(fact.reservation)
            return outcome
        }
    }

    package func work(of holder: WorkPlace.Holder, urgentOnly: Bool) async throws(LedgerError)
        -> [ReservationID]
    {
        try await call("look at work") { [base] () throws(LedgerError) in
            try await base.work(of: holder, urgentOnly: urgentOnly)
        }
    }

    package func reservations(with status: Status) async throws(LedgerError) -> [ReservationID] {
        try await call("look at status") { [base] () throws(LedgerError) in
            try await base.reservations(with: status)
        }
    }

    package func reservations(of user: UserID, limit: Int) async throws(LedgerError) -> [ReservationID] {
        try await call("look at user's") { [base] () throws(LedgerError) in
            try await base.reservations(of: user, limit: limit)
        }
    }

    package func expired(before time: Date) async throws(LedgerError) -> [ReservationID] {
        try await call("look at expired") { [base] () throws(LedgerError) in
            try await base.expired(before: time)
        }
    }
}

extension DistantLedger: WorkerRoster {
    package func join(_ row: WorkerRow) async throws(LedgerError) {
        try await call("join") { [base] () throws(LedgerError) in try await base.join(row) }
    }

    package func beat(_ id: WorkerID, beat: Int, inFlight: Int) async throws(LedgerError) {
        try await call("look: beat") { [base] () throws(LedgerError) in
            try await base.beat(id, beat: beat, inFlight: inFlight)
        }
    }

    package func worker(_ id: WorkerID) async throws(LedgerError) -> WorkerRow? {
        try await call("look at worker") { [base] () throws(LedgerError) in try await base.worker(id) }
    }

    package func workers(_ ids: [WorkerID]) async throws(LedgerError) -> [WorkerRow] {
        try await call("look at workers") { [base] () throws(LedgerError) in try await base.workers(ids) }
    }

    package func workers() async throws(LedgerError) -> [WorkerRow] {
        try await call("look at roster") { [base] () throws(LedgerError) in try await base.workers() }
    }

    package func declareDead(_ id: WorkerID, atBeat beat: Int) async throws(LedgerError) {
        try await call("declare \(id) dead") { [self] () throws(LedgerError) in
            try await base.declareDead(id, atBeat: beat)
            network.audit.declaredDead(id, by: machine)
        }
    }

    package func retire(_ id: WorkerID, purgeAt: Date) async throws(LedgerError) {
        try await call("retire \(id)") { [base] () throws(LedgerError) in
            try await base.retire(id, purgeAt: purgeAt)
        }
    }
}

extension DistantLedger: CleanupLedger, FleetRegister {
    package func cleanup(_ volume: VolumeID) async throws(LedgerError) -> Cleanup? {
        try await call("look at cleanup") { [base] () throws(LedgerError) in try await base.cleanup(volume) }
    }

    package func cleanups(_ volumes: [VolumeID]) async throws(LedgerError) -> [Cleanup] {
        try await call("look at cleanups") { [base] () throws(LedgerError) in
            try await base.cleanups(volumes)
        }
    }

    package func dueCleanups(before time: Date, limit: Int) async throws(LedgerError) -> [VolumeID] {
        try await call("look at due") { [base] () throws(LedgerError) in
            try await base.dueCleanups(before: time, limit: limit)
        }
    }

    package func reservations(_ ids: [ReservationID]) async throws(LedgerError) -> [Reservation] {
        try await call("look at rows") { [base] () throws(LedgerError) in try await base.reservations(ids) }
    }

    package func reservations(
        with status: Status,
        limit: Int
    ) async throws(LedgerError) -> [ReservationID] {
        try await call("look at some of a status") { [base] () throws(LedgerError) in
            try await base.reservations(with: status, limit: limit)
        }
    }

    package func reservationCount(from start: Date, to end: Date) async throws(LedgerError) -> Int {
        try await call("look at count") { [base] () throws(LedgerError) in
            try await base.reservationCount(from: start, to: end)
        }
    }

    package func disks(_ keys: [DiskKey]) async throws(LedgerError) -> [Disk] {
        try await call("look at some disks") { [base] () throws(LedgerError) in try await base.disks(keys) }
    }

    package func disks(after token: DiskKey?) async throws(LedgerError) -> DiskPage {
        try await call("look at disks") { [base] () throws(LedgerError) in try await base.disks(after: token)
        }
    }

    package func allCapacity() async throws(LedgerError) -> [NodeCapacity] {
        try await call("look at all capacity") { [base] () throws(LedgerError) in try await base.allCapacity()
        }
    }

    package func fleetID() async throws(LedgerError) -> FleetID? {
        try await call("look at fleet") { [base] () throws(LedgerError) in try await base.fleetID() }
    }

    package func fleetRow() async throws(LedgerError) -> FleetRow? {
        try await call("look at fleet's row") { [base] () throws(LedgerError) in try await base.fleetRow() }
    }

    package func sweepLease() async throws(LedgerError) -> SweepLease? {
        try await call("look at sweep") { [base] () throws(LedgerError) in try await base.sweepLease() }
    }

    package func cluster(orClaim uid: String) async throws(LedgerError) -> String {
        try await call("look at cluster") { [base] () throws(LedgerError) in
            try await base.cluster(orClaim: uid)
        }
    }
}

extension ReservationID {
    /// Enough to tell one from another in a story.
    package var last4: String { "R" + (Int(rawValue.suffix(12)).map(String.init) ?? rawValue) }
}

extension Decision {
    /// What it changes, in words.
    package var story: String {
        rows.map { row in
            switch row {
            case .reservation(let old, let new):
                "\(new.id.last4) \(old.map { "\($0.status.rawValue)→" } ?? "")\(new.status.rawValue)"
                    + " (\(new.phase), fence \(new.fence), \(new.owner?.rawValue ?? "nobody's"))"
            case .disk(_, let new):
                "disk \(new.userID)/\(new.name) head \(new.head?.rawValue.suffix(4) ?? "none")"
                    + " held by \(new.holder?.reservation.last4 ?? "nobody")"
            case .capacity(_, let new): "\(new.node) promises \(new.promises.values.reduce(0, +))"
            case .cleanup(_, let new):
                "cleanup \(new.volume.rawValue.suffix(4)) \(new.state.rawValue)"
                    + " \(new.stage?.rawValue ?? "") \(new.verdict) \(new.reasons.joined(separator: ","))"
            case .user(_, let new): "user \(new.userID)"
            case .fleet: "fleet"
            case .sweep(_, let new): "sweep \(new.holder ?? "over")"
            }
        }.joined(separator: " + ")
    }
}
