import AWS
import Fleet
import Foundation
import LocalStack
import Reservations
import Testing

/// The ledger over connections that break after the write.
@Suite("The ledger: lost answers", .timeLimit(.minutes(1))) struct LedgerLostAnswerContract {
    private func withLocalLedger(_ body: (LedgerBench, LocalAWS) async throws -> Void) async throws {
        try await withLedger(.local) { bench in try await body(bench, try #require(bench.aws.local)) }
    }

    @Test func `an admission and a change whose answers are lost are successes`() async throws {
        try await withLocalLedger { bench, local in
            local.loseAnswer("dynamodb", "PutItem")
            let row = try await bench.admitted()
            var next = row
            next.warning = "careful"
            local.loseAnswer("dynamodb", "UpdateItem")
            let written = try #require(try await bench.ledger.commit(Decision(from: row, to: next)))
            #expect(written.version == 2)
            #expect(try await bench.ledger.reservation(row.id) == written)
            #expect(local.dynamoDB.acceptedWrites(of: bench.names.reservations) == 2)
        }
    }

    @Test func `a transaction whose answer is lost is a success`() async throws {
        try await withLocalLedger { bench, local in
            let row = try await bench.admitted()
            var next = row
            try next.move(to: .preparing)
            let node = NodeCapacity(gpuType: LedgerRow.gpuType, node: "node-1")
            local.loseAnswer("dynamodb", "TransactWriteItems")
            let decision = try Decision(from: row, to: next).and(.capacity(from: nil, to: node))
            let written = try #require(try await bench.ledger.commit(decision))
            #expect(written.version == 2)
            #expect(local.dynamoDB.acceptedWrites(of: bench.names.reservations) == 2)
        }
    }

    @Test func `a fact whose answer is lost is written once`() async throws {
        try await withLocalLedger { bench, local in
            let row = try await bench.admitted(LedgerRow.preparing())
            local.loseAnswer("dynamodb", "UpdateItem")
            guard case .recorded(let after) = try await bench.ledger.record(LedgerRow.fact()) else {
                throw TestFailure("homeless")
            }
            #expect(after.volumeID == LedgerRow.volume)
            #expect(after.version == row.version + 1)
        }
    }

    @Test func `a table whose every answer is lost is unavailable, not empty`() async throws {
        try await withLocalLedger { bench, local in
            let row = try await bench.admitted(LedgerRow.preparing())
            for operation in ["GetItem", "Query", "UpdateItem"] {
                local.loseAnswer("dynamodb", operation, times: nil)
            }
            let ledger = bench.ledger
            let calls: [() async throws -> Void] = [
                { _ = try await ledger.reservation(row.id) },
                { _ = try await ledger.work(of: .free, urgentOnly: false) },
                { _ = try await ledger.record(LedgerRow.fact()) },
                { _ = try await ledger.fleetID() },
            ]
            for call in calls {
                let error = try await failure(LedgerError.self, of: call)
                #expect(error.code == .unavailable)
            }
            local.faults.disarmAll()
        }
    }
}
