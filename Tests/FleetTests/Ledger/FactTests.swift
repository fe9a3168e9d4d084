import AWS
import Fleet
import Foundation
import LocalStack
import Reservations
import Synchronization
import Testing

@Suite("Recording a volume") struct FactTests {
    private func standing(_ bench: LedgerBench, _ row: Reservation = Sample.preparing()) async throws
        -> Reservation
    {
        try #require(try await bench.ledger.commit(Decision(admitting: row)))
    }

    private func recorded(_ outcome: FactOutcome) throws -> Reservation {
        guard case .recorded(let row) = outcome else { throw TestFailure("\(outcome)") }
        return row
    }

    @Test func `the living row takes the id and the trace, whoever asks`() async throws {
        let bench = try await LedgerBench()
        let row = try await standing(bench)
        let after = try recorded(try await bench.ledger.record(Sample.fact()))
        #expect(after.volumeID == Sample.volume)
        #expect(after.version == row.version + 1)
        #expect(after.writeID == row.writeID)
        #expect(after.trace["volume_id_write_start"] == 1_790_000_001.5)
        #expect(after.trace["received"] == row.trace["received"])
        #expect(try await bench.ledger.reservation(row.id) == after)
    }

    @Test func `a decision made without the fact is refused`() async throws {
        let bench = try await LedgerBench()
        let row = try await standing(bench)
        _ = try await bench.ledger.record(Sample.fact())
        var next = row
        next.warning = "late"
        await #expect(throws: LedgerError.self) {
            try await bench.ledger.commit(Decision(from: row, to: next))
        }
    }

    @Test func `the same fact is written once`() async throws {
        let bench = try await LedgerBench()
        _ = try await standing(bench)
        let first = try recorded(try await bench.ledger.record(Sample.fact()))
        let writes = bench.local.acceptedWrites(of: bench.names.reservations)
        #expect(try recorded(try await bench.ledger.record(Sample.fact())) == first)
        #expect(bench.local.acceptedWrites(of: bench.names.reservations) == writes)
    }

    @Test func `a lost answer changes nothing`() async throws {
        let bench = try await LedgerBench()
        let row = try await standing(bench)
        bench.loseAnswer(of: "UpdateItem")
        let after = try recorded(try await bench.ledger.record(Sample.fact()))
        #expect(after.version == row.version + 1)
    }

    @Test func `a fact between a decision and its lost answer doesn't hide the decision's success`()
        async throws
    {
        let fact = Mutex<(@Sendable () async throws -> Void)?>(nil)
        let seen = Mutex(0)
        let bench = try await LedgerBench { request in
            guard request.header("X-Amz-Target")?.hasSuffix("UpdateItem") == true else { return }
            let count = seen.withLock { count in
                count += 1
                return count
            }
            // Before the repeat of the first update.
            if count == 2 { try? await fact.withLock { $0 }?() }
        }
        let row = try await standing(bench)
        fact.withLock { $0 = { _ = try await bench.ledger.record(Sample.fact()) } }
        var next = row
        next.warning = "mine"
        bench.loseAnswer(of: "UpdateItem")
        let written = try #require(try await bench.ledger.commit(Decision(from: row, to: next)))
        #expect(written.volumeID == Sample.volume)
        #expect(written.version == row.version + 2)
        #expect(written.warning == "mine")
    }

    @Test func `another generation's token, another id, or no row: the id has no home`() async throws {
        let bench = try await LedgerBench()
        #expect(try await bench.ledger.record(Sample.fact()) == .homeless)
        let row = try await standing(bench)
        #expect(try await bench.ledger.record(Sample.fact(generation: 2)) == .homeless)
        #expect(try await bench.ledger.reservation(row.id) == row)
        _ = try await bench.ledger.record(Sample.fact())
        let other = VolumeID(unchecked: "vol-0fedcba9876543210")
        #expect(try await bench.ledger.record(Sample.fact(volume: other)) == .homeless)
        #expect(try await bench.ledger.reservation(row.id)?.volumeID == Sample.volume)
    }

    @Test func `an ended row takes the id into its receipt and asks to be published`() async throws {
        let bench = try await LedgerBench()
        var ended = Sample.preparing()
        ended.status = .cancelled
        ended.owner = nil
        ended.purgeAt = Date(timeIntervalSince1970: 1_900_000_000)
        ended.receipt = Receipt(startedAt: Sample.start, cause: "cancelled")
        let row = try await standing(bench, ended)
        #expect(try await bench.ledger.work(of: .free, urgentOnly: false).isEmpty)

        let after = try recorded(try await bench.ledger.record(Sample.fact()))
        #expect(after.status == .cancelled)
        #expect(after.volumeID == nil)
        #expect(after.receipt?.volumes == [Sample.volume])
        #expect(after.purgeAt == nil)
        guard case .orphan(let report)? = after.unpublished.first else { throw TestFailure("no report") }
        #expect(report.volume == Sample.volume && report.generation == 1)
        #expect(try await bench.ledger.work(of: .free, urgentOnly: false) == [row.id])

        let again = try recorded(try await bench.ledger.record(Sample.fact()))
        #expect(again == after)
    }

    @Test func `an ended row without a receipt gets one`() async throws {
        let bench = try await LedgerBench()
        var ended = Sample.preparing()
        ended.status = .failed
        ended.failureReason = "no node"
        _ = try await standing(bench, ended)
        let after = try recorded(try await bench.ledger.record(Sample.fact()))
        #expect(after.receipt?.cause == "no node")
        #expect(after.receipt?.volumes == [Sample.volume])
    }

    @Test func `a table that doesn't answer is not a home that is missing`() async throws {
        let bench = try await LedgerBench()
        _ = try await standing(bench)
        bench.faults.arm(Fault(service: "dynamodb", operation: "UpdateItem", effect: .drop))
        await #expect(throws: LedgerError.self) { try await bench.ledger.record(Sample.fact()) }
    }
}
