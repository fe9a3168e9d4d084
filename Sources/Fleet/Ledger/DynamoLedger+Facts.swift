import AWS
import Foundation
package import Reservations

extension DynamoLedger {
    /// Writes a fact about a volume, whoever owns the row.
    ///
    /// While the row lives this is one conditional update. It adds one to the version, so that a decision made
    /// without it is refused, and leaves `write_id` alone: the decision before it, if its answer was lost, still
    /// finds its own id. Once the row has ended, the id goes into the receipt, by a decision like any other.
    package func record(_ fact: VolumeFact) async throws(LedgerError) -> FactOutcome {
        for _ in 0..<Self.attemptsAtAnEndedRow {
            switch try await writeIntoLiving(fact) {
            case .written(let row): return .recorded(row)
            case .refused(let standing):
                if let outcome = try await settle(fact, on: standing) { return outcome }
            }
        }
        throw LedgerError(.unavailable, "recording a volume: the row changed again and again")
    }

    private enum Attempt {
        case written(Reservation)
        /// The row as it stands, if there is one.
        case refused(Item?)
    }

    private func writeIntoLiving(_ fact: VolumeFact) async throws(LedgerError) -> Attempt {
        let written: Item?
        do {
            written = try await database.updateItem(update(for: fact))
        } catch {
            if case .conditionalCheckFailed(let standing) = error.code { return .refused(standing) }
            throw LedgerError(error, "recording a volume")
        }
        guard let written else {
            throw LedgerError(.unavailable, "recording a volume: the answer has no row")
        }
        return .written(try Reservation(item: written))
    }

    /// Others may write an ended row too: the sweep that publishes, the janitor.
    private static let attemptsAtAnEndedRow = 8

    /// What becomes of a fact that the living row didn't take; nil if it must be tried again.
    private func settle(_ fact: VolumeFact, on item: Item?) async throws(LedgerError) -> FactOutcome? {
        guard let item else { return .homeless }
        let row = try Reservation(item: item)
        guard let intent = row.diskIntent, intent.token == fact.token else { return .homeless }
        if row.status.isTerminal { return try await enter(fact, into: row) }
        guard let known = row.volumeID else { return nil }
        // The same token can have made another volume only once EC2 has forgotten it.
        return known == fact.volume ? .recorded(row) : .homeless
    }

    private func enter(_ fact: VolumeFact, into row: Reservation) async throws(LedgerError) -> FactOutcome? {
        guard let changed = row.receiving(fact) else { return .recorded(row) }
        do {
            let written = try await commit(Decision([.reservation(from: row, to: changed)]))
            return .recorded(written ?? changed)
        } catch {
            guard error.code == .refused else { throw error }
            return nil
        }
    }

    private func update(for fact: VolumeFact) -> DynamoDB.UpdateItem {
        var sets = ["#volume = :volume", "#version = #version + :one"]
        var names = [
            "#intent": "disk_intent", "#token": "token", "#volume": "ebs_volume_id", "#version": "version",
            "#status": "status",
        ]
        var values: [String: AttributeValue] = [
            ":token": .s(fact.token), ":volume": .s(fact.volume.rawValue), ":one": .n(1),
        ]
        for (index, entry) in fact.trace.sorted(by: { $0.key < $1.key }).enumerated() {
            // An id isn't lost for a time that is no number.
            guard let digits = ItemEncoder.digits(entry.value) else { continue }
            names["#trace"] = "trace_data"
            names["#t\(index)"] = entry.key
            values[":t\(index)"] = .n(digits)
            sets.append("#trace.#t\(index) = :t\(index)")
        }
        var terminal: [String] = []
        for status in Status.allCases where status.isTerminal {
            values[":\(status.rawValue)"] = .s(status.rawValue)
            terminal.append(":\(status.rawValue)")
        }
        return DynamoDB.UpdateItem(
            table: self.names.reservations,
            key: ["reservation_id": .s(fact.reservation.rawValue)],
            update: "SET " + sets.joined(separator: ", "),
            condition: "#intent.#token = :token AND attribute_not_exists(#volume)"
                + " AND NOT (#status IN (\(terminal.joined(separator: ", "))))",
            placeholders: .init(names: names, values: values),
            returning: .allNew
        )
    }
}

extension Reservation {
    /// The ended row with a volume that became known late; nil if its receipt has it.
    fileprivate func receiving(_ fact: VolumeFact) -> Reservation? {
        var row = self
        var receipt = row.receipt ?? Receipt(startedAt: endedAt ?? createdAt, cause: failureReason ?? detail)
        guard !receipt.volumes.contains(fact.volume) else { return nil }
        receipt.volumes.append(fact.volume)
        row.receipt = receipt
        row.trace.merge(fact.trace) { _, late in late }
        row.unpublished.append(
            .orphan(
                OrphanReport(
                    volume: fact.volume,
                    reservation: fact.reservation,
                    generation: fact.generation,
                    phase: phase,
                    cause: "the volume became known after the reservation was \(status.rawValue)"
                )
            )
        )
        // Nothing about the row is closed any more.
        row.purgeAt = nil
        return row
    }
}
