import AWS
import Fleet
import Foundation
import Reservations
import Testing

/// The ledger's rules where another DynamoDB than our own evaluates its conditions.
@Suite("The ledger", .timeLimit(.minutes(1))) struct LedgerContract {
    @Test(arguments: AWSTarget.reachable)
    func `tables are made once, and nothing of them is missing`(_ target: AWSTarget) async throws {
        try await withLedger(target) { bench in
            let missing = try await bench.tables.check()
            #expect(missing == [])
            #expect(try await bench.tables.create() == bench.fleet)
            #expect(try await bench.ledger.fleetID() == bench.fleet)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a row is admitted once and read back as it was written`(_ target: AWSTarget) async throws {
        try await withLedger(target) { bench in
            let written = try await bench.admitted(LedgerRow.preparing())
            #expect(written.version == 1)
            #expect(try await bench.ledger.reservation(written.id) == written)
            #expect(try await bench.ledger.reservation(LedgerRow.id(2)) == nil)
            #expect(await bench.refusal(of: Decision(admitting: LedgerRow.preparing())) == .refused)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a decision stands on the version, the fence and the owner that were read`(
        _ target: AWSTarget
    ) async throws {
        try await withLedger(target) { bench in
            let row = try await bench.admitted()
            var mine = row
            mine.warning = "mine"
            let written = try #require(try await bench.ledger.commit(Decision(from: row, to: mine)))
            #expect(written.version == 2)
            #expect(try await bench.ledger.reservation(row.id) == written)
            #expect(await bench.refusal(of: try Decision(from: row, to: mine)) == .refused)
            var fenced = written
            fenced.fence = Fence(2)
            let taken = try #require(try await bench.ledger.commit(Decision(from: written, to: fenced)))
            for change in [{ $0.fence = Fence(1) }, { $0.owner = nil }] as [(inout Reservation) -> Void] {
                var wrong = taken
                change(&wrong)
                #expect(await bench.refusal(of: try Decision(from: wrong, to: wrong)) == .refused)
            }
            #expect(try await bench.ledger.reservation(row.id) == taken)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `of many that decide at once, one does`(_ target: AWSTarget) async throws {
        try await withLedger(target) { bench in
            let row = try await bench.admitted()
            let refusals = try await withThrowingTaskGroup(of: LedgerError.Code?.self) { group in
                for number in 0..<8 {
                    var next = row
                    next.warning = "\(number)"
                    let decision = try Decision(from: row, to: next)
                    group.addTask { await bench.refusal(of: decision) }
                }
                return try await group.reduce(into: [LedgerError.Code?]()) { $0.append($1) }
            }
            #expect(refusals.count { $0 == nil } == 1)
            #expect(refusals.count { $0 == .refused } == 7)
            #expect(try await bench.ledger.reservation(row.id)?.version == 2)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `row, disk and promise are written together or not at all`(_ target: AWSTarget) async throws {
        try await withLedger(target) { bench in
            let row = try await bench.admitted()
            let made = Disk(key: LedgerRow.diskKey, head: nil, sizeGiB: 1_024, createdAt: LedgerRow.start)
            try await bench.ledger.commit(Decision([.disk(from: nil, to: made)]))
            let disk = try #require(try await bench.ledger.disk(LedgerRow.diskKey))
            var next = row
            try next.move(to: .preparing)
            var held = disk
            held.holder = DiskHolder(reservation: row.id, generation: 1, headVersion: 0)
            var node = NodeCapacity(gpuType: LedgerRow.gpuType, node: "node-1")
            node.promises[row.id.rawValue] = 2
            let decision = try Decision(from: row, to: next)
                .and(.disk(from: disk, to: held)).and(.capacity(from: nil, to: node))
            let written = try #require(try await bench.ledger.commit(decision))
            #expect(try await bench.ledger.reservation(row.id) == written)
            #expect(try await bench.ledger.disk(LedgerRow.diskKey)?.holder == held.holder)
            #expect(
                try await bench.ledger.capacity(of: LedgerRow.gpuType).map(\.promises) == [
                    [row.id.rawValue: 2]
                ]
            )
            // The row is as it was read, the disk isn't.
            var later = written
            later.warning = "never"
            let stale = try Decision(from: written, to: later).and(.disk(from: disk, to: disk))
            #expect(await bench.refusal(of: stale) == .refused)
            #expect(try await bench.ledger.reservation(row.id) == written)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a volume's id is written by whoever has it, once, and only under its token`(
        _ target: AWSTarget
    ) async throws {
        try await withLedger(target) { bench in
            #expect(try await bench.ledger.record(LedgerRow.fact()) == .homeless)
            let row = try await bench.admitted(LedgerRow.preparing())
            #expect(try await bench.ledger.record(LedgerRow.fact(generation: 2)) == .homeless)
            guard case .recorded(let after) = try await bench.ledger.record(LedgerRow.fact()) else {
                throw TestFailure("homeless")
            }
            #expect(after.volumeID == LedgerRow.volume)
            #expect(after.version == row.version + 1)
            #expect(try await bench.ledger.record(LedgerRow.fact()) == .recorded(after))
            let other = VolumeID(unchecked: "vol-0fedcba9876543210")
            #expect(try await bench.ledger.record(LedgerRow.fact(volume: other)) == .homeless)
            #expect(try await bench.ledger.reservation(row.id) == after)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `an ended row takes the id into its receipt`(_ target: AWSTarget) async throws {
        try await withLedger(target) { bench in
            var ended = LedgerRow.preparing()
            ended.status = .cancelled
            ended.owner = nil
            ended.receipt = Receipt(startedAt: LedgerRow.start, cause: "cancelled")
            ended.purgeAt = Date(timeIntervalSince1970: 1_900_000_000)
            _ = try await bench.admitted(ended)
            guard case .recorded(let after) = try await bench.ledger.record(LedgerRow.fact()) else {
                throw TestFailure("homeless")
            }
            #expect(after.volumeID == nil)
            #expect(after.receipt?.volumes == [LedgerRow.volume])
            #expect(after.purgeAt == nil)
            #expect(after.unpublished.count == 1)
            #expect(try await bench.ledger.record(LedgerRow.fact()) == .recorded(after))
        }
    }
}
