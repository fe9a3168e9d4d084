import AWS
import Foundation
import Reservations

extension Disk: StoredRow {
    static func table(in names: TableNames) -> String { names.disks }

    static var keyNames: [String] { ["user_id", "disk_name"] }

    /// A row that Berth never wrote reads as version 0: its head isn't `none`, it isn't known yet.
    static var defaults: Item {
        [
            "head_version": .n(0), "is_deleted": .bool(false), "purging": .l([]), "size_gb": .n(1_024),
            "created_at": .s(LedgerTime.text(Date(timeIntervalSince1970: 0))), "version": .n(0),
            "write_id": .s(""),
        ]
    }
}

extension NodeCapacity: StoredRow {
    static func table(in names: TableNames) -> String { names.capacity }

    static var keyNames: [String] { ["gpu_type", "node"] }
}

extension UserBinding: StoredRow {
    static func table(in names: TableNames) -> String { names.users }

    static var keyNames: [String] { ["user_id"] }
}

extension Cleanup: StoredRow {
    static func table(in names: TableNames) -> String { names.cleanups }

    static var keyNames: [String] { ["volume_id"] }

    /// What rows of the first version lack.
    static var defaults: Item {
        ["reasons": .l([]), "evidence": .l([]), "became_head": .bool(false), "is_charged": .bool(false)]
    }

    static var derivedNames: [String] { ["open"] }

    var derived: Item { state == .open ? ["open": .s(FleetTables.openKey)] : [:] }
}

extension FleetRow: StoredRow {
    static func table(in names: TableNames) -> String { names.fleet }

    static var keyNames: [String] { ["fleet_row"] }

    /// As `berth tables create` leaves it.
    static var defaults: Item {
        ["budget": .m(["hours": .l([])]), "version": .n(0), "write_id": .s("")]
    }

    func checkMove(from old: FleetRow) throws(LedgerError) {
        guard fleet == old.fleet else { throw LedgerError(.malformed, "a fleet can't become another one") }
    }
}

extension SweepLease: StoredRow {
    static func table(in names: TableNames) -> String { names.fleet }

    static var keyNames: [String] { ["fleet_row"] }
}
