import AWS
import Reservations

/// One row's share of a commit: what to write where, on which condition, and what is there afterwards.
struct RowWrite: Sendable {
    let action: DynamoDB.TransactionAction
    let table: String
    let key: Item
    /// The whole row as written; attributes that this version doesn't know aren't in it.
    let written: Item

    /// Prepares the write of a row.
    ///
    /// A new row is put, on condition that there is none. Of an old one only what differs is written, so that
    /// what a newer version added survives, on condition that it is as it was read.
    ///
    /// - Parameters:
    ///   - old: the row as read; nil if there must be none.
    ///   - new: the row as it is to be; its version and write id are set here.
    ///   - writeID: random, the same for all rows of a commit.
    ///   - names: the tables.
    /// - Throws: `LedgerError`, `malformed`: also of a row that couldn't be read back.
    init<Row: StoredRow>(
        from old: Row?,
        to new: Row,
        writeID: String,
        names: TableNames
    ) throws(LedgerError) {
        var new = new
        new.version = (old?.version ?? 0) + 1
        new.writeID = writeID
        written = try new.item()
        _ = try Row(item: written)
        table = Row.table(in: names)
        key = Row.key(of: written)
        guard let old else {
            let condition = RowCondition(absenceOf: Row.keyNames[0])
            action = .put(condition.put(written, into: table))
            return
        }
        try new.checkMove(from: old)
        let read = try old.item()
        guard Row.key(of: read) == key else {
            throw LedgerError(.malformed, "a row can't become another row")
        }
        let condition = RowCondition(version: old.version, guards: old.guards, key: Row.keyNames[0])
        let update = RowUpdate(from: read, to: written, keyNames: Row.keyNames, derived: Row.derivedNames)
        action = .update(condition.update(key, in: table, with: update))
    }

    init(_ row: Decision.Row, writeID: String, names: TableNames) throws(LedgerError) {
        switch row {
        case .reservation(let old, let new): try self.init(from: old, to: new, writeID: writeID, names: names)
        case .disk(let old, let new): try self.init(from: old, to: new, writeID: writeID, names: names)
        case .capacity(let old, let new): try self.init(from: old, to: new, writeID: writeID, names: names)
        case .cleanup(let old, let new): try self.init(from: old, to: new, writeID: writeID, names: names)
        case .user(let old, let new): try self.init(from: old, to: new, writeID: writeID, names: names)
        case .fleet(let old, let new): try self.init(from: old, to: new, writeID: writeID, names: names)
        case .sweep(let old, let new): try self.init(from: old, to: new, writeID: writeID, names: names)
        }
    }
}
