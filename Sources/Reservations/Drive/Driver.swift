import Foundation
import Synchronization

/// What all drivers of a worker share.
package struct DriveContext: Sendable {
    package let ports: WorkerPorts
    package let settings: WorkerSettings
    package let membership: Membership
    package let fleet: FleetID
    package let board: VolumeBoard
    package let pump: EventPump
    package let witness: ClusterWitness
    package let gate: CreateGate

    package init(ports: WorkerPorts, settings: WorkerSettings, membership: Membership, fleet: FleetID) {
        self.ports = ports
        self.settings = settings
        self.membership = membership
        self.fleet = fleet
        board = VolumeBoard(volumes: ports.volumes, time: ports.time, interval: settings.volumePoll)
        pump = EventPump(sink: ports.events, journal: ports.journal)
        witness = ClusterWitness(register: ports.register, pods: ports.pods)
        gate = CreateGate(
            rate: settings.createRate,
            burst: settings.createBurst,
            time: ports.time
        )
    }
}

/// Takes one reservation from row to row until nobody is needed for it.
struct Driver: Sendable {
    let id: ReservationID
    let context: DriveContext
    let interrupt: Interrupt
    /// What this driver knows beside the row, such as trace events that wait for the next due write.
    let marks = DriverMemory()

    var ports: WorkerPorts { context.ports }
    var settings: WorkerSettings { context.settings }
    var me: WorkerID { context.membership.id }

    /// Goes on until the row needs nobody, belongs to somebody else, or this worker must stop.
    func run(from first: Reservation?, until isStopping: @Sendable () -> Bool) async {
        var known = first
        var failures = 0
        while !Task.isCancelled, !isStopping(), context.membership.standing == .alive {
            if interrupt.take() || !context.membership.mayStartEffects { known = nil }
            do {
                guard context.membership.mayStartEffects else {
                    try await ports.time.sleep(for: settings.beatInterval)
                    continue
                }
                guard let row = try await mine(known) else { return }
                interrupt.working(on: row)
                switch try await advance(row) {
                case .next(let row): known = row
                case .lookAgain: known = nil
                case .letGo: return
                }
                failures = 0
            } catch is CancellationError {
                return
            } catch {
                known = nil
                failures += 1
                await pause(after: error, failures: failures)
            }
        }
    }

    private func mine(_ known: Reservation?) async throws -> Reservation? {
        let row = if let known { known } else { try await ports.ledger.reservation(id) }
        guard let row else { return nil }
        guard row.owner == me else {
            if row.status.isTerminal, marks.hasCreated { try await clearAwayLateThings() }
            return nil
        }
        return row
    }

    /// What this driver posted after others had ended the reservation: its anchor is dead, so is all of it.
    private func clearAwayLateThings() async throws {
        do {
            _ = try await ports.pods.deleteAnchor(of: id)
            for object in try await ports.pods.objects(of: id) where !object.isTerminating {
                try await ports.pods.delete(object)
            }
        } catch {
            ports.journal.warn("things posted late are left to Kubernetes", details(["reason": error.reason]))
        }
    }

    private func pause(after error: any Error, failures: Int) async {
        let spread = 0.5 + ports.chance.fraction()
        let wait: Duration
        if let ledger = error as? LedgerError, ledger.code == .refused {
            // Many drivers promise themselves GPUs of the same node at once: one wins, the others soon go on.
            wait = Self.refusedPause * Double(1 << min(failures - 1, 6)) * spread
        } else {
            ports.journal.warn("step not done", details(["reason": "\(error)"]))
            wait = settings.backOff * Double(1 << min(failures, 4)) * spread
        }
        _ = try? await interrupt.unlessRaised { [time = ports.time] in try await time.sleep(for: wait) }
    }

    private static let refusedPause = Duration.milliseconds(15)

    private func advance(_ row: Reservation) async throws -> Progress {
        do {
            try checkBudget(of: row)
            switch Pipeline.step(for: row) {
            case .prepare: return try await prepare(row)
            case .createVolume(let intent): return try await createVolume(row, intent)
            case .makeAnchor: return try await makeAnchor(row)
            case .setUp: return try await setUp(row)
            case .startServer(let intent): return try await startServer(row, intent)
            case .end: return try await end(row)
            case .publish: return try await publish(row)
            case .letGo: return .letGo
            }
        } catch is Interrupted {
            return .lookAgain
        } catch let failure as ReservationFailure {
            let unbound = failure.isUnknownLogin ? try await unbinding(row) : nil
            return .next(try await fail(row, failure.reason, and: unbound))
        }
    }

    /// The budgets of the phases bound each wait; this one bounds them together, over all attempts.
    private func checkBudget(of row: Reservation) throws {
        guard row.status == .preparing, let begun = row.trace[TraceEvent.capacityPromised.rawValue] else {
            return
        }
        let spent = Duration.seconds(ports.time.now().timeIntervalSince1970 - begun)
        guard spent > settings.reservationBudget else { return }
        throw ReservationFailure("it wasn't ready within \(settings.reservationBudget)")
    }

    /// Writes a changed row under this worker's fence, with the trace events that are due.
    func write(
        _ row: Reservation,
        and others: [Decision.Row] = [],
        _ change: (inout Reservation) throws -> Void
    ) async throws -> Reservation {
        var changed = row
        let due = marks.all
        changed.trace.merge(due) { _, new in new }
        try change(&changed)
        let news = changed.trace.filter { row.trace[$0.key] != $0.value || due[$0.key] != nil }.keys
        changed.traceLog.follow(
            changed.trace,
            elapsed: marks.elapsed(to: news, now: ports.time.monotonic()),
            worker: me,
            fence: row.fence,
            generation: row.diskGeneration
        )
        var decision = try Decision(from: row, to: changed)
        for other in others { decision = decision.and(other) }
        let written = try await ports.ledger.commit(decision) ?? changed
        marks.clear(due)
        return written
    }

    /// A login that doesn't exist binds nobody: its user would be locked out by a slip of the keyboard.
    private func unbinding(_ row: Reservation) async throws -> Decision.Row? {
        guard let request = row.request, let standing = try await ports.ledger.user(request.userID),
            standing.boundBy == row.id
        else { return nil }
        var next = standing
        next.login = nil
        next.boundBy = nil
        return .user(from: standing, to: next)
    }

    func fail(
        _ row: Reservation,
        _ reason: String,
        and other: Decision.Row? = nil
    ) async throws -> Reservation {
        let now = ports.time.now()
        let failing = try await write(row, and: other.map { [$0] } ?? []) { row in
            try row.move(to: .failing)
            row.failureReason = String(reason.prefix(1_000))
            row.receipt = row.receipt ?? Receipt(startedAt: now, cause: String(reason.prefix(500)))
            row.note(reason, at: now)
        }
        ports.journal.note("reservation fails", details(["reason": reason]))
        tell(failing)
        return failing
    }

    func mark(_ event: TraceEvent) {
        marks.set(event, ports.time.moment())
    }

    /// Tells those who watch how far it is.
    func tell(_ row: Reservation, _ event: TraceEvent? = nil, _ detail: String? = nil) {
        context.pump.tell(
            ReservationEvent(of: row, phase: event?.rawValue, detail: detail, at: ports.time.now())
        )
    }

    func details(_ more: [String: String] = [:]) -> [String: String] {
        more.merging(["reservation.id": id.rawValue]) { own, _ in own }
    }
}
