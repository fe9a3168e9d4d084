import AWS
package import Reservations

extension DynamoLedger {
    @discardableResult
    package func commit(_ decision: Decision) async throws(LedgerError) -> Reservation? {
        // 32 characters: as the transaction's token it may have 36.
        let writeID = chance.hex(bytes: 16)
        var writes: [RowWrite] = []
        for row in decision.rows { writes.append(try RowWrite(row, writeID: writeID, names: names)) }
        guard let first = writes.first else { return nil }
        let found =
            writes.count == 1
            ? try await write(first, writeID: writeID) : try await write(writes, writeID: writeID)
        for (write, found) in zip(writes, found) where write.table == names.reservations {
            return try Reservation(item: found ?? write.written)
        }
        return nil
    }

    /// Writes one row.
    ///
    /// - Returns: the row as it stands, if a refusal told that it bears this write already.
    private func write(_ write: RowWrite, writeID: String) async throws(LedgerError) -> [Item?] {
        do {
            switch write.action {
            case .put(let put): try await database.putItem(put)
            case .update(let update): try await database.updateItem(update)
            case .delete(let delete): try await database.deleteItem(delete)
            case .check: break
            }
            return [nil]
        } catch {
            if case .conditionalCheckFailed(let item?) = error.code, item.bears(writeID) { return [item] }
            throw LedgerError(error, "writing \(write.table)")
        }
    }

    /// Writes several rows in one transaction.
    ///
    /// The token makes repeats harmless for ten minutes; after that, as for a single row, an item that bears
    /// this write tells that the whole transaction was done: a transaction is done as a whole or not at all.
    private func write(_ writes: [RowWrite], writeID: String) async throws(LedgerError) -> [Item?] {
        do {
            try await database.transactWriteItems(writes.map(\.action), token: writeID)
            return writes.map { _ in nil }
        } catch {
            if case .transactionCanceled(let reasons) = error.code, reasons.count == writes.count {
                let items = reasons.map { $0.item?.bears(writeID) == true ? $0.item : nil }
                if items.contains(where: { $0 != nil }) { return items }
            }
            let tables = Set(writes.map(\.table)).sorted().joined(separator: ", ")
            throw LedgerError(error, "writing \(tables)")
        }
    }
}

extension Item {
    func bears(_ writeID: String) -> Bool { self["write_id"] == .s(writeID) }
}
