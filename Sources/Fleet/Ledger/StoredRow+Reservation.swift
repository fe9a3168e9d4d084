import AWS
import Reservations

extension Reservation: StoredRow {
    static func table(in names: TableNames) -> String { names.reservations }

    static var keyNames: [String] { ["reservation_id"] }

    static var defaults: Item { ["no_persistent_disk": .bool(false), "recreate_env": .bool(false)] }

    static var derivedNames: [String] { ["work", "work_order", "expires_key", "ebs_volume_reserved"] }

    var derived: Item {
        var item: Item = [:]
        if let work {
            item["work"] = .s(work.holder.key)
            item["work_order"] = .s(work.isUrgent ? WorkOrder.urgent : WorkOrder.usual)
        }
        if status == .active { item["expires_key"] = .s(FleetTables.activeKey) }
        // The replaced system's readers take a user's home for taken while a living row says so.
        if !status.isTerminal, let diskIntent, diskIntent.givenUp == nil {
            item["ebs_volume_reserved"] = .bool(true)
        }
        return item
    }

    /// A decision is its owner's, under the fence that it was made with.
    var guards: [RowGuard] {
        [
            RowGuard(attribute: "fence", value: .n(fence.number), mayBeAbsent: fence == .none),
            RowGuard(attribute: "owner", value: owner.map { .s($0.rawValue) }, mayBeAbsent: owner == nil),
        ]
    }

    func checkMove(from old: Reservation) throws(LedgerError) {
        guard old.status.canMove(to: status) else {
            let move = "from \(old.status.rawValue) to \(status.rawValue)"
            throw LedgerError(.malformed, "no reservation goes \(move)")
        }
        guard fence >= old.fence else {
            throw LedgerError(.malformed, "a fence can't go back from \(old.fence) to \(fence)")
        }
    }
}

/// The sort key of the index `work`.
enum WorkOrder {
    static let urgent = "0"
    static let usual = "1"
}
