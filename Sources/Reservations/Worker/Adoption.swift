import Foundation
import Synchronization

/// Loop 3: takes over what nobody drives, starts what waited, ends what is over.
///
/// It alone is certain.
package final class Adoption: Sendable {
    private struct State {
        /// When a row was first seen without anybody, on this worker's healthy time.
        var strandedSince: [ReservationID: Duration] = [:]
        var looksAtFreeFrom: Duration = .zero
    }

    /// How many rows one look reads at the most; the rest has its turn at the next.
    private static let batch = 64
    private static let servers = 256

    private let context: DriveContext
    private let drive: Drive
    private let watch: Watch
    private let state = Mutex(State())
    private let order = QueueOrder()
    // An AsyncStream would be over for good as soon as one wait for it is cancelled.
    private let nudge = Interrupt()

    package init(context: DriveContext, drive: Drive) {
        self.context = context
        self.drive = drive
        watch = Watch(context: context)
    }

    private var ports: WorkerPorts { context.ports }
    private var membership: Membership { context.membership }

    /// Something may be free or urgent: the next look comes at once.
    package func hint() {
        state.withLock { $0.looksAtFreeFrom = .zero }
        nudge.raise()
    }

    /// A worker was written dead: its heirs look at once.
    package func hint(deathOf worker: WorkerID) {
        if watch.heard(deathOf: worker) { nudge.raise() }
    }

    /// Looks until cancelled or declared dead.
    package func run() async {
        var fullLookAt: Duration?
        while !Task.isCancelled, membership.standing == .alive {
            let now = ports.time.monotonic()
            let isFull = fullLookAt.map { now >= $0 } ?? true
            if isFull {
                fullLookAt = now + context.settings.fullLook * (0.75 + 0.5 * ports.chance.fraction())
            }
            do {
                try await look(full: isFull)
            } catch {
                ports.journal.warn("look not finished", ["reason": "\(error)"])
            }
            await waitForNextLook()
        }
    }

    private func waitForNextLook() async {
        let wait = context.settings.urgentLook * (0.75 + 0.5 * ports.chance.fraction())
        _ = try? await nudge.unlessRaised { [time = ports.time] in try await time.sleep(for: wait) }
        _ = nudge.take()
    }

    /// One look; `full` takes in what isn't urgent too.
    package func look(full: Bool) async throws {
        guard membership.mayStartEffects else { return }
        try await watch.look()
        context.gate.share(among: watch.living.count)
        try await wakeOwn(urgentOnly: !full)
        try await adoptFromDead(full: full)
        try await lookAtFree(full: full)
        guard full else { return }
        try await expire()
        try await adoptLeftovers()
        try await endLostServers()
    }

    // MARK: Rows

    private func wakeOwn(urgentOnly: Bool) async throws {
        let ids = try await ports.ledger.work(of: .worker(membership.id), urgentOnly: urgentOnly)
        try await forEach(ids) { id in
            if drive.isDriving(id) {
                if urgentOnly { drive.interruptUnlessEnding(id) }
                return
            }
            guard let row = try await ports.ledger.reservation(id), row.owner == membership.id else { return }
            drive.take(row)
        }
    }

    private func adoptFromDead(full: Bool) async throws {
        for dead in watch.dead(withSettled: full) {
            let ids = try await ports.ledger.work(of: .worker(dead.id), urgentOnly: false)
            watch.note(dead.id, isSettled: ids.isEmpty)
            if ids.isEmpty, full { try await watch.retire(dead) }
            let heirs = watch.heirs(of: dead.id)
            let share = ids.filter { isMine($0.rawValue, among: heirs, stranded: $0) }
            try await forEach(share.prefix(Self.batch)) { id in
                guard let row = try await ports.ledger.reservation(id), row.owner == dead.id else { return }
                try await adopt(row)
            }
        }
    }

    /// Rows whose heirs are full, and those whose owner isn't in the ledger of workers at all: restored
    /// tables, rows purged by hand.
    private func adoptLeftovers() async throws {
        for status in Status.allCases where status.needsOwner {
            let ids = try await ports.ledger.reservations(with: status).filter(isNamed)
            try await forEach(ids.prefix(Self.batch)) { id in
                guard !drive.isDriving(id), let row = try await ports.ledger.reservation(id),
                    let owner = row.owner, watch.row(of: owner)?.state != .alive,
                    try await ports.roster.worker(owner)?.state != .alive
                else { return }
                try await adopt(row)
            }
        }
    }

    /// The watch says that a server may be lost: whoever is named looks at once, the others at a full look.
    package func mayBeLost(_ id: ReservationID) async {
        guard membership.mayStartEffects, isNamed(id) else { return }
        do {
            try await LostServers(context: context, drive: drive).endIfLost(id)
        } catch {
            let details = ["reservation.id": id.rawValue, "reason": "\(error)"]
            ports.journal.warn("server left to the next look", details)
        }
    }

    private func endLostServers() async throws {
        let lost = LostServers(context: context, drive: drive)
        let ids = try await ports.ledger.reservations(with: .active).filter(isNamed)
        let start = Int(ports.chance.fraction() * Double(ids.count))
        try await forEach((ids.dropFirst(start) + ids.prefix(start)).prefix(Self.servers)) { id in
            try await lost.endIfLost(id)
        }
    }

    /// Fence + 1, and the row is this worker's; refused, another was first.
    private func adopt(_ row: Reservation) async throws {
        guard !drive.isFull || row.status.isEnding else { return }
        var next = row
        next.owner = membership.id
        next.fence = row.fence.next
        if row.status == .queued { try next.move(to: .pending) }
        let decision = try Decision(from: row, to: next)
        guard let adopted = try await ports.ledger.commitUnlessRefused(decision, of: next) else { return }
        state.withLock { $0.strandedSince[row.id] = nil }
        if row.status != .queued {
            ports.journal.note(
                "row adopted",
                ["reservation.id": row.id.rawValue, "lease.fence": next.fence.description]
            )
        }
        drive.take(adopted)
    }

    /// Whether rendezvous names this worker, for what stands for hours and would all seem stranded.
    private func isNamed(_ id: ReservationID) -> Bool {
        Rendezvous.choose(watch.living, for: id.rawValue) == membership.id
    }

    /// Whether rendezvous names this worker, or whoever it names let a lease pass.
    private func isMine(_ key: String, among members: [WorkerID], stranded id: ReservationID) -> Bool {
        if Rendezvous.choose(members, for: key) == membership.id { return true }
        let healthy = membership.healthyTime
        return state.withLock { state in
            // Bounded: what is no longer stranded is forgotten with the rest.
            if state.strandedSince.count > 10_000 { state.strandedSince = [:] }
            let since = state.strandedSince[id, default: healthy]
            state.strandedSince[id] = since
            return healthy - since >= context.settings.lease
        }
    }

    /// One row's trouble must not keep the others waiting; the table's own may.
    private func forEach(
        _ ids: some Collection<ReservationID>,
        _ deed: (ReservationID) async throws -> Void
    ) async throws {
        for id in ids {
            do {
                try await deed(id)
            } catch let error as LedgerError where error.code == .unavailable {
                throw error
            } catch {
                let details = ["reservation.id": id.rawValue, "reason": "\(error)"]
                ports.journal.warn("row left to the next look", details)
            }
        }
    }

    /// The list of all who need somebody and have nobody: one key for the whole fleet.
    ///
    /// What is urgent in it is looked at each time. The rest is a long list while many wait for GPUs, so a large
    /// fleet looks at it less often: the 200th worker finds nothing that the others haven't. A hint brings the
    /// look forward.
    private func lookAtFree(full: Bool) async throws {
        let living = watch.living
        let now = ports.time.monotonic()
        let isDue = full || state.withLock { now >= $0.looksAtFreeFrom }
        let ids = try await ports.ledger.work(of: .free, urgentOnly: !isDue)
        if isDue {
            let rest = min(Self.mostRest, Double(living.count) / Self.workersThatRest - 1)
            state.withLock { $0.looksAtFreeFrom = now + context.settings.urgentLook * max(0, rest) }
        }
        guard isDue else { return try await serveFree(ids, living, full: full) }
        // Whoever is queued stands in that list too.
        let queued = ids.isEmpty ? [] : try await ports.ledger.reservations(with: .queued)
        try await serveFree(Array(Set(ids).subtracting(queued)).sorted(), living, full: full)
        try await serveQueue(queued, living)
    }

    /// With 2.5 times the usual pause, 5 s by default, the list is still read 40 times a second by 200 workers.
    private static let mostRest = 1.5
    private static let workersThatRest = 80.0

    private func serveFree(_ ids: [ReservationID], _ living: [WorkerID], full: Bool) async throws {
        // One row whose publishing fails again and again must not keep those behind it from their turn.
        let start = Int(ports.chance.fraction() * Double(ids.count))
        var mayPublish = true
        try await forEach((ids.dropFirst(start) + ids.prefix(start)).prefix(Self.batch)) { id in
            guard let row = try await ports.ledger.reservation(id), row.status != .queued,
                row.owner == nil || row.status.isTerminal, row.work?.holder == .free,
                isMine(id.rawValue, among: living, stranded: id)
            else { return }
            if row.status == .awaited { return try await endIfIncomplete(row) }
            guard row.status.isTerminal || row.status == .active else { return try await adopt(row) }
            if row.unpublished.isEmpty {
                if full { try await context.clearAway(row) }
            } else if row.unpublished == [.podNotice], !full {
                // A cluster that doesn't answer must not hold up what is urgent.
                return
            } else if mayPublish {
                do { try await context.hear(row) } catch let error as SinkError {
                    // Each try lasts as long as the broker's patience.
                    mayPublish = false
                    throw error
                }
            }
        }
    }

    /// First come, first served for each GPU type: the head starts, or all behind it wait.
    private func serveQueue(_ queued: [ReservationID], _ living: [WorkerID]) async throws {
        let queues = try await order.candidates(among: queued, in: ports.ledger)
        for (type, ids) in queues.sorted(by: { $0.key < $1.key }) {
            guard let first = ids.first, isMine("queue/\(type)", among: living, stranded: first) else {
                continue
            }
            var rows: [Reservation] = []
            try await forEach(ids) { id in
                if let row = try await ports.ledger.reservation(id), row.status == .queued {
                    rows.append(row)
                }
            }
            rows.sort { $0.createdAt < $1.createdAt }
            for (row, position) in order.moved(among: rows) {
                var event = ReservationEvent(of: row, at: ports.time.now())
                event.queuePosition = position
                context.pump.tell(event)
            }
            try await start(rows, of: type)
        }
    }

    private func start(_ rows: [Reservation], of type: GPUType) async throws {
        let now = ports.time.now()
        let nodes: [NodeSighting]
        do { nodes = try await ports.pods.nodes(of: type) } catch { return }
        var promised = try await ports.ledger.capacity(of: type)
        for row in rows {
            if let notBefore = row.notBefore, notBefore > now { continue }
            let count = row.request?.gpuCount ?? 0
            switch CapacityPlan.seat(row.nodeCount, count: count, nodes: nodes, promised: promised) {
            case .full: return
            case .impossible: break
            case .nodes(let machines):
                // Its own promises are yet to come: what is behind it must not overtake it.
                for machine in machines {
                    let room =
                        promised.first { $0.node == machine.name }
                        ?? NodeCapacity(gpuType: type, node: machine.name)
                    promised.removeAll { $0.node == machine.name }
                    promised.append(room.promising(count, to: row.id))
                }
            }
            try await adopt(row)
        }
    }

    /// Nodes that weren't asked for in time end those that were.
    private func endIfIncomplete(_ row: Reservation) async throws {
        guard let group = row.group, let now = ports.time.serviceNow(), now > group.deadline else { return }
        let missing = group.missing.map(String.init).joined(separator: ", ")
        let reason =
            "only \(group.members.count) of \(group.total) nodes were asked for in time: node \(missing) is missing"
        var next = row
        try next.move(to: .failing)
        next.owner = membership.id
        next.fence = row.fence.next
        next.failureReason = reason
        next.receipt = Receipt(startedAt: ports.time.now(), cause: reason)
        next.note(reason, at: ports.time.now())
        let decision = try Decision(from: row, to: next)
        guard let failing = try await ports.ledger.commitUnlessRefused(decision, of: next) else { return }
        drive.take(failing)
    }

    /// Moves active rows whose time is over to `expiring`, and warns of those that are about to: both by the
    /// services' time.
    private func expire() async throws {
        guard let now = ports.time.serviceNow() else { return }
        let watch = ExpiryWatch(context: context)
        // Soonest first: what is over stands before what is to be warned of.
        try await forEach(watch.candidates(at: now).prefix(Self.servers)) { id in
            guard let row = try await ports.ledger.reservation(id), row.status == .active,
                let expiresAt = row.expiresAt
            else { return }
            guard expiresAt <= now else {
                if isNamed(id) { try await watch.warn(row, at: now) }
                return
            }
            var next = row
            try next.move(to: .expiring)
            next.owner = membership.id
            next.fence = row.fence.next
            next.receipt = Receipt(startedAt: ports.time.now(), cause: "its time was over")
            next.note("Its time is over", at: ports.time.now())
            let decision = try Decision(from: row, to: next)
            if let expiring = try await ports.ledger.commitUnlessRefused(decision, of: next) {
                drive.take(expiring)
            }
        }
    }
}
