import AWS
import Fleet
import Foundation
import LocalStack
import Reservations
import Synchronization
import Testing

@Suite("Committing several rows") struct TransactionTests {
    /// A row that begins with its promise and the lock of its disk.
    private func beginning(
        _ bench: LedgerBench
    ) async throws -> (row: Reservation, disk: Disk, decision: Decision) {
        let row = try #require(try await bench.ledger.commit(Decision(admitting: Sample.row())))
        let made = Disk(key: Sample.diskKey, head: nil, sizeGiB: 1_024, createdAt: Sample.start)
        try await bench.ledger.commit(Decision([.disk(from: nil, to: made)]))
        let disk = try #require(try await bench.ledger.disk(Sample.diskKey))
        var next = row
        try next.move(to: .preparing)
        next.diskIntent = Sample.intent()
        var held = disk
        held.holder = DiskHolder(reservation: row.id, generation: 1, headVersion: 0)
        var node = NodeCapacity(gpuType: GPUType(unchecked: "t4"), node: "node-1")
        node.promises[row.id.rawValue] = 2
        let decision = try Decision(from: row, to: next)
            .and(.disk(from: disk, to: held)).and(.capacity(from: nil, to: node))
        return (row, disk, decision)
    }

    @Test func `all rows are written, each under its next version`() async throws {
        let bench = try await LedgerBench()
        let (row, _, decision) = try await beginning(bench)
        let written = try #require(try await bench.ledger.commit(decision))
        #expect(written.version == 2)
        #expect(try await bench.ledger.reservation(row.id) == written)
        let disk = try #require(try await bench.ledger.disk(Sample.diskKey))
        #expect(disk.holder?.reservation == row.id)
        #expect(disk.version == 2)
        let nodes = try await bench.ledger.capacity(of: GPUType(unchecked: "t4"))
        #expect(nodes.map(\.promises) == [[row.id.rawValue: 2]])
    }

    @Test func `a refused disk leaves everything as it was`() async throws {
        let bench = try await LedgerBench()
        let (row, disk, decision) = try await beginning(bench)
        var taken = disk
        taken.holder = DiskHolder(reservation: Sample.id(9), generation: 1, headVersion: 0)
        try await bench.ledger.commit(Decision([.disk(from: disk, to: taken)]))
        #expect(await bench.refusal(of: decision) == .refused)
        #expect(try await bench.ledger.reservation(row.id) == row)
        #expect(try await bench.ledger.capacity(of: GPUType(unchecked: "t4")).isEmpty)
        #expect(try await bench.ledger.disk(Sample.diskKey)?.holder?.reservation == Sample.id(9))
    }

    @Test func `a lost answer is a success by the token`() async throws {
        let bench = try await LedgerBench()
        let (row, _, decision) = try await beginning(bench)
        bench.loseAnswer(of: "TransactWriteItems")
        let written = try #require(try await bench.ledger.commit(decision))
        #expect(try await bench.ledger.reservation(row.id) == written)
        #expect(written.version == 2)
    }

    @Test func `a lost answer is a success by the rows once the token is forgotten`() async throws {
        let bench = try await LedgerBench(settings: DynamoSettings(indexLag: .zero, tokenLife: .zero))
        let (row, _, decision) = try await beginning(bench)
        bench.loseAnswer(of: "TransactWriteItems")
        let written = try #require(try await bench.ledger.commit(decision))
        #expect(try await bench.ledger.reservation(row.id) == written)
        #expect(written.version == 2)
    }

    @Test func `a transaction in the way is waited out, and is unavailable if it stays`() async throws {
        let bench = try await LedgerBench()
        let (_, _, decision) = try await beginning(bench)
        let id = bench.faults.arm(
            Fault(
                service: "dynamodb",
                operation: "TransactWriteItems",
                effect: .error(code: "TransactionInProgressException", status: 400, message: "")
            )
        )
        #expect(await bench.refusal(of: decision) == .unavailable)
        bench.faults.disarm(id)
        #expect(await bench.refusal(of: decision) == nil)
    }

    @Test func `a decision without rows writes nothing`() async throws {
        let bench = try await LedgerBench()
        #expect(try await bench.ledger.commit(Decision([])) == nil)
    }
}
