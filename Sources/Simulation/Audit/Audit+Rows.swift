import Foundation
import Reservations
import Synchronization

extension Audit {
    /// The table of states, written down once more: the audit must not go by the code that it watches.
    private static let moves: [Status: Set<Status>] = [
        .awaited: [.pending, .cancelled],
        .pending: [.preparing, .queued, .failing, .cancelling],
        .queued: [.pending, .preparing, .failing, .cancelling],
        .preparing: [.active, .queued, .failing, .cancelling],
        .active: [.expiring, .failing, .cancelling],
        .expiring: [.expired, .cancelling],
        .failing: [.failed, .cancelling],
        .cancelling: [.cancelled],
    ]

    /// Looks at what was written since the last time.
    func lookAtWrites() {
        let writes = ledger.writes
        let now = time.monotonic()
        let found = state.withLock { state -> [String] in
            guard writes.count > state.seenWrites else { return [] }
            let before = state.violations.count
            for write in writes[state.seenWrites...] {
                switch write {
                case .decision(let decision, let after):
                    // A reservation stands first in its decision: what follows is judged beside its new row.
                    for row in decision.rows { look(at: row, after, decision, now, &state) }
                case .fact(let fact, let outcome): look(at: fact, outcome, &state)
                }
            }
            state.seenWrites = writes.count
            return Array(state.violations[min(before, state.violations.count)...])
        }
        for what in found { chronicle.add("VIOLATION: \(what)") }
    }

    private func look(
        at row: Decision.Row,
        _ after: Reservation?,
        _ decision: Decision,
        _ now: Duration,
        _ state: inout State
    ) {
        switch row {
        case .reservation(let old, let new):
            look(from: old, to: new, now, &state)
            state.rows[new.id] = after ?? new
        case .disk(let old, let new): look(from: old, to: new, &state)
        case .capacity(_, let new): look(at: new, &state)
        case .cleanup(_, let new): if new.report != nil { state.recorded.insert(new.volume) }
        case .user, .fleet, .sweep: break
        }
    }

    private func look(from old: Reservation?, to new: Reservation, _ now: Duration, _ state: inout State) {
        let name = new.id.last4
        let standing = state.rows[new.id]
        guard let old else {
            if standing != nil { Self.note("\(name) was admitted over a row that stands", &state) }
            state.admitted[new.id] = state.admitted.count
            return remember(new, standing, now, &state)
        }
        guard let standing else { return Self.note("\(name) was changed without having a row", &state) }
        if standing.version != old.version || standing.fence != old.fence || standing.owner != old.owner {
            Self.note(
                "a stale decision: \(name) was read as version \(old.version), fence \(old.fence) of"
                    + " \(old.owner?.rawValue ?? "nobody"), and stood at version \(standing.version), fence"
                    + " \(standing.fence) of \(standing.owner?.rawValue ?? "nobody")",
                &state
            )
        }
        if standing.status != new.status, Self.moves[standing.status]?.contains(new.status) != true {
            Self.note("\(name) went from \(standing.status.rawValue) to \(new.status.rawValue)", &state)
        }
        if new.fence < standing.fence { Self.note("the fence of \(name) went back", &state) }
        if let owner = new.owner, let before = standing.owner, owner != before, new.fence == standing.fence {
            Self.note("\(name) changed hands without a new fence", &state)
        }
        lookAtVolume(of: new, standing, &state)
        if new.status == .preparing, standing.status != .preparing { lookAtQueue(new, now, &state) }
        if new.status == .expiring, standing.status == .active, let end = standing.expiresAt,
            time.now() < end.addingTimeInterval(-60)
        {
            Self.note("\(name) expired before its time was over", &state)
        }
        if new.status.isTerminal, new.receipt == nil { Self.note("\(name) ended without a receipt", &state) }
        remember(new, standing, now, &state)
    }

    /// An id gives way only to a report that names it.
    private func lookAtVolume(of new: Reservation, _ standing: Reservation, _ state: inout State) {
        if let volume = new.volumeID { state.recorded.insert(volume) }
        guard let known = standing.volumeID, known != new.volumeID else { return }
        let isTold = new.unpublished.contains {
            if case .orphan(let report) = $0 { report.volume == known } else { false }
        }
        if !isTold { Self.note("the row of \(new.id.last4) lost the id of \(known)", &state) }
    }

    /// First come, first served within a GPU type: nobody starts while one who came before waits for GPUs.
    private func lookAtQueue(_ new: Reservation, _ now: Duration, _ state: inout State) {
        guard let order = state.admitted[new.id] else { return }
        for (id, since) in state.queuedSince.sorted(by: { $0.key < $1.key }) where id != new.id {
            guard let other = state.rows[id], other.status == .queued, other.notBefore == nil,
                let earlier = state.admitted[id], earlier < order, now - since > .seconds(10),
                other.request?.gpuType == new.request?.gpuType
            else { continue }
            Self.note("\(new.id.last4) overtook \(id.last4), which waits in the queue", &state)
        }
    }

    private func remember(
        _ new: Reservation,
        _ standing: Reservation?,
        _ now: Duration,
        _ state: inout State
    ) {
        if let intent = new.diskIntent { state.intents[intent.token] = intent }
        if new.status == .queued, standing?.status != .queued { state.queuedSince[new.id] = now }
        if new.status != .queued { state.queuedSince[new.id] = nil }
        if new.status.isTerminal, standing?.status.isTerminal != true { state.terminalSince[new.id] = now }
        state.recorded.formUnion(new.receipt?.volumes ?? [])
    }

    private func look(at fact: VolumeFact, _ outcome: FactOutcome, _ state: inout State) {
        guard case .recorded(let row) = outcome else { return }
        if let standing = state.rows[row.id], let known = standing.volumeID, known != row.volumeID {
            Self.note(
                "a fact put \(row.volumeID?.rawValue ?? "nothing") over \(known) in \(row.id.last4)",
                &state
            )
        }
        state.recorded.insert(fact.volume)
        state.rows[row.id] = row
    }

    private func look(from old: Disk?, to new: Disk, _ state: inout State) {
        defer { state.disks[new.key] = new }
        guard let standing = state.disks[new.key], standing.head != new.head else { return }
        if new.headVersion <= standing.headVersion {
            Self.note("the head of disk \(new.userID)/\(new.name) moved without a new version", &state)
        }
        guard let head = new.head else {
            return Self.note("disk \(new.userID)/\(new.name) lost its head", &state)
        }
        let snapshots = volumes.allSnapshots
        let content = snapshots.first { $0.id == head && !$0.isGone }?.content
        let missing = (state.work[new.key] ?? []).filter { content?.contains($0) != true }
        if !missing.isEmpty {
            Self.note(
                "the head of disk \(new.userID)/\(new.name) went back: \(head) doesn't hold \(missing)",
                &state
            )
        }
    }

    private func look(at room: NodeCapacity, _ state: inout State) {
        let promised = room.promises.values.reduce(0, +)
        let node = pods.nodesNow.first { $0.name == room.node }
        for row in state.rows.values.sorted(by: { $0.id < $1.id })
        where row.promise?.node == room.node && row.status == .preparing
            && room.promises[row.id.rawValue] == nil
        {
            Self.note("\(row.id.last4) is being made, and its promise is gone", &state)
        }
        if let node, promised > node.allocatable {
            Self.note("\(room.node) has \(node.allocatable) GPUs, and \(promised) are promised", &state)
        }
    }
}
