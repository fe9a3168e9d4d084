import Foundation

/// Something of a reservation that was in the cluster.
struct SeenObject: Hashable, CustomStringConvertible {
    let kind: String
    let name: String

    var description: String { "\(kind) \(name)" }
}

extension Reservation {
    /// What was seen of each node; nil for a reservation of one.
    func thingsByNode(_ seen: Set<SeenObject>) -> [Receipt.Node]? {
        guard let group else { return nil }
        let names = podNames(generation: podIntent?.generation ?? diskGeneration).map(\.pod)
        var kinds: [Int: [String]] = [:]
        for object in seen {
            // Node 0's name is the beginning of all others'.
            let own = names.indices.last {
                object.name == names[$0] || object.name.hasPrefix(names[$0] + "-")
            }
            kinds[own ?? 0, default: []].append(object.kind)
        }
        return (0..<group.total).map { index in
            Receipt.Node(
                index: index,
                reservation: group[index]?.reservation,
                host: index == 0 ? promise?.node : group[index]?.host,
                objects: (kinds[index] ?? []).sorted().joined(separator: ", ")
            )
        }
    }
}

extension Driver {
    /// The rows that stand for its nodes end with it, in the same transaction.
    func endedPointers(_ row: Reservation, as end: Status, _ cause: String) async throws -> [Decision.Row] {
        let now = ports.time.now()
        var ended: [Decision.Row] = []
        for member in row.group?.members ?? [] {
            guard let pointer = try await ports.ledger.reservation(member.reservation),
                pointer.status == .joined, pointer.pointer?.master == row.id
            else { continue }
            var next = pointer
            try next.move(to: end)
            next.endedAt = now
            next.purgeAt = now.addingTimeInterval(settings.purgeAfter / .seconds(1))
            next.receipt = Receipt(startedAt: now, cause: cause, by: row.receipt?.by)
            next.note("Ended with reservation \(row.id): \(cause)", at: now)
            ended.append(.reservation(from: pointer, to: next))
        }
        return ended
    }
}
