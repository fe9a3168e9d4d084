import AWS
package import Foundation
package import Reservations

extension DynamoLedger: WorkerRoster {
    package func join(_ row: WorkerRow) async throws(LedgerError) {
        let item = try worker(row)
        do {
            try await database.putItem(
                RowCondition(absenceOf: "worker_id").put(item, into: names.workers)
            )
        } catch {
            // An answer was lost and the row is this one; a worker's id is one process start's.
            if case .conditionalCheckFailed(let standing?) = error.code, standing == item { return }
            throw LedgerError(error, "joining the workers")
        }
    }

    /// How long one beat may take: a lease has 15 s, and a beat that hangs must not use up the next ones.
    private static let beatBudget = Duration.seconds(4)

    /// Writes the next beat.
    ///
    /// A beat that arrives after its successor is dropped: the row is as good as it should be. A row that is
    /// gone has no state, so that the condition refuses whoever wakes up after it was purged.
    package func beat(_ id: WorkerID, beat: Int, inFlight: Int) async throws(LedgerError) {
        let update = DynamoDB.UpdateItem(
            table: names.workers,
            key: ["worker_id": .s(id.rawValue)],
            update: "SET #beat = :beat, #flight = :flight",
            condition: "#state = :alive AND #beat <= :beat",
            placeholders: .init(
                names: ["#beat": "beat", "#flight": "in_flight", "#state": "state"],
                values: [
                    ":beat": .n(beat), ":flight": .n(inFlight), ":alive": .s(WorkerRow.State.alive.rawValue),
                ]
            )
        )
        do {
            try await database.within(Self.beatBudget).updateItem(update)
        } catch {
            if case .conditionalCheckFailed(let standing?) = error.code,
                standing["state"] == .s(WorkerRow.State.alive.rawValue),
                let later = standing["beat"]?.integer, later > beat
            {
                return
            }
            throw LedgerError(error, "beating")
        }
    }

    package func worker(_ id: WorkerID) async throws(LedgerError) -> WorkerRow? {
        guard let item = try await item(of: names.workers, key: ["worker_id": .s(id.rawValue)]) else {
            return nil
        }
        return try worker(item)
    }

    package func workers(_ ids: [WorkerID]) async throws(LedgerError) -> [WorkerRow] {
        let batch: DynamoDB.Batch
        do {
            batch = try await database.batchGetItem(
                table: names.workers,
                keys: Set(ids).map { ["worker_id": .s($0.rawValue)] }
            )
        } catch {
            throw LedgerError(error, "reading \(names.workers)")
        }
        // What was put off isn't what is gone.
        guard batch.unprocessed.isEmpty else {
            throw LedgerError(
                .unavailable,
                "\(names.workers) put off a read of \(batch.unprocessed.count) rows"
            )
        }
        var rows: [WorkerRow] = []
        for item in batch.items { rows.append(try worker(item)) }
        return rows
    }

    package func workers() async throws(LedgerError) -> [WorkerRow] {
        let page: DynamoDB.Page
        do {
            page = try await database.scanAll(
                DynamoDB.Scan(table: names.workers, consistent: true),
                atMost: Self.mostItems
            )
        } catch {
            throw LedgerError(error, "reading \(names.workers)")
        }
        var rows: [WorkerRow] = []
        for item in try Self.whole(page, of: names.workers) { rows.append(try worker(item)) }
        return rows
    }

    package func declareDead(_ id: WorkerID, atBeat beat: Int) async throws(LedgerError) {
        let update = DynamoDB.UpdateItem(
            table: names.workers,
            key: ["worker_id": .s(id.rawValue)],
            update: "SET #state = :dead",
            condition: "#state = :alive AND #beat = :beat",
            placeholders: .init(
                names: ["#state": "state", "#beat": "beat"],
                values: [
                    ":beat": .n(beat), ":alive": .s(WorkerRow.State.alive.rawValue),
                    ":dead": .s(WorkerRow.State.dead.rawValue),
                ]
            )
        )
        do {
            try await database.updateItem(update)
        } catch {
            // Dead already, by somebody else's word or by one's own whose answer was lost: the fact is the same.
            if case .conditionalCheckFailed(let standing?) = error.code,
                standing["state"] == .s(WorkerRow.State.dead.rawValue)
            {
                return
            }
            throw LedgerError(error, "declaring \(id) dead")
        }
    }

    package func retire(_ id: WorkerID, purgeAt: Date) async throws(LedgerError) {
        let update = DynamoDB.UpdateItem(
            table: names.workers,
            key: ["worker_id": .s(id.rawValue)],
            update: "SET #purge = if_not_exists(#purge, :purge)",
            // Also what keeps this from making a row where there is none.
            condition: "#state = :dead",
            placeholders: .init(
                names: ["#state": "state", "#purge": FleetTables.purgeAttribute],
                values: [
                    ":dead": .s(WorkerRow.State.dead.rawValue),
                    ":purge": .n(Int(purgeAt.timeIntervalSince1970.rounded(.up))),
                ]
            )
        )
        do {
            try await database.updateItem(update)
        } catch {
            throw LedgerError(error, "retiring \(id)")
        }
    }

    private func worker(_ row: WorkerRow) throws(LedgerError) -> Item {
        do {
            return try ItemEncoder.item(row)
        } catch {
            throw LedgerError(.malformed, "a worker's row can't be written: \(RowFault.text(error))")
        }
    }

    private func worker(_ item: Item) throws(LedgerError) -> WorkerRow {
        do {
            return try ItemDecoder.row(WorkerRow.self, from: item)
        } catch {
            throw LedgerError(.malformed, "a worker's row can't be read: \(RowFault.text(error))")
        }
    }
}
