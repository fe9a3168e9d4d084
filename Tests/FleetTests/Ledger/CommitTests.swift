import AWS
import Fleet
import Foundation
import LocalStack
import Reservations
import Synchronization
import Testing

@Suite("Committing a decision") struct CommitTests {
    private func admitted(_ bench: LedgerBench, _ row: Reservation = Sample.row()) async throws -> Reservation
    {
        try #require(try await bench.ledger.commit(Decision(admitting: row)))
    }

    @Test func `an admitted row is read back as it was written`() async throws {
        let bench = try await LedgerBench()
        let written = try await admitted(bench)
        #expect(written.version == 1)
        #expect(!written.writeID.isEmpty)
        #expect(try await bench.ledger.reservation(Sample.id(1)) == written)
        #expect(try await bench.ledger.reservation(Sample.id(2)) == nil)
    }

    @Test func `a row is admitted once`() async throws {
        let bench = try await LedgerBench()
        _ = try await admitted(bench)
        #expect(await bench.refusal(of: Decision(admitting: Sample.row())) == .refused)
    }

    @Test func `a lost answer to an admission is a success`() async throws {
        let bench = try await LedgerBench()
        bench.loseAnswer(of: "PutItem")
        let written = try await admitted(bench)
        #expect(try await bench.ledger.reservation(Sample.id(1)) == written)
        #expect(bench.local.acceptedWrites(of: bench.names.reservations) == 1)
    }

    @Test func `a change of a row as it was read is written under the next version`() async throws {
        let bench = try await LedgerBench()
        let row = try await admitted(bench)
        var next = row
        try next.move(to: .preparing)
        next.anchorUID = "uid"
        let written = try #require(try await bench.ledger.commit(Decision(from: row, to: next)))
        #expect(written.version == 2)
        #expect(written.writeID != row.writeID)
        #expect(try await bench.ledger.reservation(row.id) == written)
    }

    @Test func `a lost answer to a change is a success`() async throws {
        let bench = try await LedgerBench()
        let row = try await admitted(bench)
        var next = row
        next.warning = "careful"
        bench.loseAnswer(of: "UpdateItem")
        let written = try #require(try await bench.ledger.commit(Decision(from: row, to: next)))
        #expect(written.version == 2)
        #expect(bench.local.acceptedWrites(of: bench.names.reservations) == 2)
    }

    @Test func `a change of a row that changed meanwhile is refused`() async throws {
        let bench = try await LedgerBench()
        let row = try await admitted(bench)
        var next = row
        next.warning = "mine"
        _ = try await bench.ledger.commit(Decision(from: row, to: next))
        next.warning = "late"
        #expect(
            await bench.refusal(of: Decision([.reservation(from: row, to: next)]))
                == .refused
        )
        #expect(try await bench.ledger.reservation(row.id)?.warning == "mine")
    }

    @Test func `another fence or owner refuses a decision even at the same version`() async throws {
        let bench = try await LedgerBench()
        let row = try await admitted(bench)
        var next = row
        next.warning = "mine"
        let decision = try Decision(from: row, to: next)
        try await bench.set("fence", .n(2), of: row)
        #expect(await bench.refusal(of: decision) == .refused)
        try await bench.set("fence", .n(1), of: row)
        try await bench.set("owner", .s("worker-2"), of: row)
        #expect(await bench.refusal(of: decision) == .refused)
        var free = row
        free.owner = nil
        let asFree = try Decision(from: free, to: free)
        #expect(await bench.refusal(of: asFree) == .refused)
    }

    @Test func `a row that is gone isn't made anew by a change`() async throws {
        let bench = try await LedgerBench()
        let row = Sample.row()
        #expect(
            await bench.refusal(of: Decision([.reservation(from: row, to: row)]))
                == .refused
        )
        let disk = Disk(key: Sample.diskKey, head: nil, sizeGiB: 1, createdAt: Sample.start)
        #expect(
            await bench.refusal(of: Decision([.disk(from: disk, to: disk)])) == .refused
        )
        #expect(bench.local.items(of: bench.names.disks)?.isEmpty == true)
    }

    @Test func `an attribute of a newer version survives`() async throws {
        let bench = try await LedgerBench()
        let row = try await admitted(bench)
        try await bench.set("of_tomorrow", .s("kept"), of: row)
        var next = row
        next.warning = "careful"
        _ = try await bench.ledger.commit(Decision(from: row, to: next))
        #expect(try bench.item(of: row)["of_tomorrow"]?.stringValue == "kept")
    }

    @Test func `what became nil is gone from the table`() async throws {
        let bench = try await LedgerBench()
        var first = Sample.row()
        first.warning = "careful"
        let row = try await admitted(bench, first)
        var next = row
        next.warning = nil
        _ = try await bench.ledger.commit(Decision(from: row, to: next))
        #expect(try bench.item(of: row)["warning"] == nil)
    }

    @Test func `only what differs is sent`() async throws {
        let sent = Mutex<[String]>([])
        let bench = try await LedgerBench { request in
            sent.withLock { $0.append(String(decoding: request.body, as: UTF8.self)) }
        }
        let row = try await admitted(bench)
        var next = row
        next.warning = "careful"
        _ = try await bench.ledger.commit(Decision(from: row, to: next))
        let last = try #require(sent.withLock { $0.last })
        #expect(last.contains("\"warning\""))
        #expect(!last.contains("gpu_type") && !last.contains("status_history"))
    }

    @Test func `a move that the table of states doesn't have isn't sent`() async throws {
        let bench = try await LedgerBench()
        let row = try await admitted(bench)
        var next = row
        next.status = .active
        let decision = Decision([.reservation(from: row, to: next)])
        #expect(await bench.refusal(of: decision) == .malformed)
        var lower = row
        lower.fence = .none
        let back = Decision([.reservation(from: row, to: lower)])
        #expect(await bench.refusal(of: back) == .malformed)
        #expect(try await bench.ledger.reservation(row.id) == row)
    }

    @Test(arguments: [
        "ProvisionedThroughputExceededException", "TransactionConflictException", "AccessDeniedException",
    ])
    func `a service that won't is unavailable, not refusing`(name: String) async throws {
        let bench = try await LedgerBench()
        bench.faults.arm(
            Fault(
                service: "dynamodb",
                operation: "PutItem",
                effect: .error(code: name, status: 400, message: "")
            )
        )
        #expect(
            await bench.refusal(of: Decision(admitting: Sample.row())) == .unavailable
        )
    }

    @Test func `a few conflicts with a transaction are waited out`() async throws {
        let bench = try await LedgerBench()
        bench.faults.arm(
            Fault(
                service: "dynamodb",
                operation: "PutItem",
                effect: .error(code: "TransactionConflictException", status: 400, message: ""),
                times: 2
            )
        )
        _ = try await admitted(bench)
    }

    @Test func `a row that can't be read back isn't written`() async throws {
        let bench = try await LedgerBench()
        var row = Sample.row()
        row.trace["nonsense"] = .nan
        let decision = Decision(admitting: row)
        #expect(await bench.refusal(of: decision) == .malformed)
        #expect(bench.local.items(of: bench.names.reservations)?.isEmpty == true)
    }
}
