import Foundation
import Reservations
import Synchronization

extension FleetRun {
    func handled(_ record: Broker.Record, _ outcome: IntakeOutcome) {
        switch outcome {
        case .againSoon: break
        case .done:
            chronicle.add("taken: \(record.story)")
            lookAtCancel(record)
        case .dead(let reason):
            chronicle.add("refused: \(record.story): \(reason)")
            guard record.story.hasPrefix("request"), let number = Int(record.story.dropFirst(9)) else {
                return
            }
            state.withLock { $0.refused[Message.id(number)] = reason }
        }
    }

    /// A cancel that was taken stands in the table.
    private func lookAtCancel(_ record: Broker.Record) {
        guard record.story.hasPrefix("cancel R"), let number = Int(record.story.dropFirst(8)) else { return }
        let row = ledger.peek(Message.id(number))
        // One that came first must meet its request.
        if row?.status == .awaited { _ = state.withLock { $0.cancelled.insert(Message.id(number)) } }
        switch row?.status {
        case .cancelling, .cancelled, .awaited, .joined, .expired, .failed: break
        case .pending, .queued, .preparing, .active, .expiring, .failing, nil:
            audit.violated("a cancel of R\(number) was taken, and it is \(row?.status.rawValue ?? "nowhere")")
        }
    }

    /// What is still to be done, in words; nil: nothing.
    func unfinished() -> String? {
        if broker.lag > 0 { return "\(broker.lag) messages" }
        let rows = ledger.allReservations
        let resting: Set<Status> = [.awaited, .joined]
        if let row = rows.first(where: { !$0.status.isTerminal && !resting.contains($0.status) }) {
            return "\(row.id.last4) is \(row.status.rawValue): \(row.detail)"
        }
        if let row = rows.first(where: { !$0.unpublished.isEmpty }) {
            return "\(row.id.last4) has something to say"
        }
        if let row = rows.first(where: { $0.promise != nil }) { return "\(row.id.last4) keeps its promise" }
        if let node = ledger.allCapacity.first(where: { !$0.promises.isEmpty }) {
            return "\(node.node) has promises: \(node.promises.keys.sorted())"
        }
        if let disk = ledger.allDisks.first(where: { $0.holder != nil }) {
            return "disk \(disk.userID)/\(disk.name) is held by \(disk.holder?.reservation.last4 ?? "")"
        }
        if let row = rows.first(where: { !pods.everything(of: $0.id).isEmpty }) {
            return "\(row.id.last4) has things in the cluster: \(pods.everything(of: row.id).map(\.kind))"
        }
        if let volume = volumes.living.first(where: { $0.tags[VolumeTag.fleet] == Self.fleet.rawValue }) {
            let cleanup = ledger.peek(volume.id)
            return "\(volume.id) is left (\(cleanup?.verdict ?? "no verdict"): \(cleanup?.reasons ?? []))"
        }
        return nil
    }

    /// What must hold once nothing is under way any more.
    func lookAtRest() {
        let told = Dictionary(grouping: events.events.filter(\.status.isTerminal), by: \.reservation)
        for (number, request) in state.withLock({ $0.requests }).sorted(by: { $0.key < $1.key }) {
            let id = request.reservationID
            guard let row = ledger.peek(id), row.status != .awaited else {
                if state.withLock({ $0.refused[id] }) == nil {
                    audit.violated("request R\(number) came to nothing")
                }
                continue
            }
            if state.withLock({ $0.cancelled.contains(id) }), row.status != .cancelled {
                audit.violated("R\(number) was cancelled before it came, and is \(row.status.rawValue)")
            }
            let statuses = Set((told[id] ?? []).map(\.status))
            if statuses != [row.status] {
                audit.violated(
                    "R\(number) is \(row.status.rawValue), and its events say \(statuses.map(\.rawValue).sorted())"
                )
            }
        }
        lookAtFacts()
    }

    /// No id that a process was given may be lost, unless the process was.
    private func lookAtFacts() {
        let recorded = Set(events.orphans.map(\.volume))
        let lost = audit.state.withLock { state in
            state.answered.filter { id, machine in
                !state.recorded.contains(id) && !recorded.contains(id) && !state.killed.contains(machine.name)
            }.keys.sorted()
        }
        for id in lost { audit.violated("the id of \(id) was answered, and stands nowhere") }
    }
}
