import Foundation
import Synchronization

/// Whom of the fleet this worker watches, whom it knows to be dead, and who inherits what they left.
///
/// It looks at a few neighbours each time, and at all while they are few, while somebody seems to miss beats,
/// and twice a lease: so a death is known to all within half a lease, also where no hint of it arrives.
final class Watch: Sendable {
    private struct State {
        var observer: BeatObserver
        var rows: [WorkerID: WorkerRow] = [:]
        var wholeAt: Duration?
        /// Workers that somebody says are dead: their rows are read at the next look.
        var rumours: Set<WorkerID> = []
        /// Dead workers that left nothing at the last look: they are asked about at full looks alone.
        var settled: Set<WorkerID> = []
    }

    /// Reading so few rows at once costs DynamoDB no more than reading three alone.
    private static let smallRoster = 60
    private static let neighbours = 3
    /// How many share what one worker left; more would each ask for the keys of all the dead.
    private static let heirs = 8
    private static let mostRumours = 64

    private let context: DriveContext
    private let state: Mutex<State>

    init(context: DriveContext) {
        self.context = context
        state = Mutex(State(observer: BeatObserver(lease: context.settings.lease)))
    }

    private var roster: any WorkerRoster { context.ports.roster }
    private var membership: Membership { context.membership }

    /// Reads rows of the roster, and declares dead whoever must be.
    func look() async throws(LedgerError) {
        let rows = try await read()
        let suspects = state.withLock { state in
            state.observer.observe(
                rows.filter { $0.id != membership.id },
                healthy: membership.healthyTime
            )
        }
        for suspect in suspects { try await declareDead(suspect.id, atBeat: suspect.beat) }
    }

    private func read() async throws(LedgerError) -> [WorkerRow] {
        let now = context.ports.time.monotonic()
        let few = state.withLock { state -> [WorkerID]? in
            guard let wholeAt = state.wholeAt, state.rows.count > Self.smallRoster, !state.observer.isAlarmed,
                now - wholeAt < context.settings.lease / 2
            else { return nil }
            defer { state.rumours = [] }
            return Self.neighbours(of: membership.id, among: Self.living(state).sorted()) + state.rumours
        }
        guard let few else { return try await readAll(at: now) }
        let rows = try await roster.workers(few)
        state.withLock { state in
            for row in rows { state.rows[row.id] = row }
        }
        return rows
    }

    private func readAll(at now: Duration) async throws(LedgerError) -> [WorkerRow] {
        let rows = try await roster.workers()
        state.withLock { state in
            state.rows = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
            state.wholeAt = now
            state.rumours = []
            state.observer.forget(allBut: Set(state.rows.keys))
            state.settled.formIntersection(state.rows.keys)
        }
        return rows
    }

    static func neighbours(of id: WorkerID, among sorted: [WorkerID]) -> [WorkerID] {
        let others = sorted.filter { $0 != id }
        return Array((others.filter { $0 > id } + others).prefix(min(neighbours, others.count)))
    }

    private func declareDead(_ id: WorkerID, atBeat beat: Int) async throws(LedgerError) {
        do {
            try await roster.declareDead(id, atBeat: beat)
        } catch {
            // It beat after all.
            guard error.code == .refused else { throw error }
            return
        }
        state.withLock { $0.rows[id]?.state = .dead }
        context.pump.tellDeath(of: id)
        context.ports.journal.warn("worker declared dead", ["worker": id.rawValue])
    }

    /// Somebody says that a worker is dead.
    ///
    /// - Returns: whether this one is among its heirs, and should look.
    func heard(deathOf id: WorkerID) -> Bool {
        guard id != membership.id, heirs(of: id).contains(membership.id) else { return false }
        return state.withLock { state in
            guard state.rows[id]?.state != .dead, state.rumours.count < Self.mostRumours else { return false }
            state.rumours.insert(id)
            return true
        }
    }

    // MARK: What is known

    var living: [WorkerID] { state.withLock { Self.living($0) } }

    private static func living(_ state: borrowing State) -> [WorkerID] {
        state.rows.values.filter { $0.state == .alive }.map(\.id)
    }

    /// What the last look said of a worker; nil if it isn't in the roster, or wasn't yet.
    func row(of id: WorkerID) -> WorkerRow? { state.withLock { $0.rows[id] } }

    /// Those who share the rows of a dead worker.
    func heirs(of id: WorkerID) -> [WorkerID] {
        Rendezvous.rank(living.filter { $0 != id }, for: id.rawValue, first: Self.heirs)
    }

    /// Dead workers that this one inherits from; those that left nothing only if asked for.
    func dead(withSettled: Bool) -> [WorkerRow] {
        let dead = state.withLock { state in
            state.rows.values.filter {
                $0.state == .dead && (withSettled || !state.settled.contains($0.id))
            }
        }
        return dead.filter { heirs(of: $0.id).contains(membership.id) }.sorted { $0.id < $1.id }
    }

    /// A dead worker left nothing, or something again: a row that it had admitted may still come to light.
    func note(_ id: WorkerID, isSettled: Bool) {
        state.withLock { state in
            if isSettled { state.settled.insert(id) } else { state.settled.remove(id) }
        }
    }

    /// Lets the row of a dead worker that left nothing go after a while.
    ///
    /// Should its process wake up after that, its beat is refused all the same.
    func retire(_ dead: WorkerRow) async throws(LedgerError) {
        guard dead.purgeAt == nil, heirs(of: dead.id).first == membership.id,
            let now = context.ports.time.serviceNow()
        else { return }
        let purgeAt = now.addingTimeInterval(context.settings.retireAfter / .seconds(1))
        try await roster.retire(dead.id, purgeAt: purgeAt)
    }
}
