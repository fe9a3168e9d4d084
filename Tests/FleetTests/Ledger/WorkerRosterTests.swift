import AWS
import Fleet
import Foundation
import LocalStack
import Reservations
import Testing

@Suite("The roster of workers") struct WorkerRosterTests {
    private let id = Sample.worker

    private func row(_ id: WorkerID = Sample.worker) -> WorkerRow {
        WorkerRow(
            id: id,
            beat: 1,
            state: .alive,
            host: "host",
            softwareVersion: "1.0",
            inFlight: 0,
            startedAt: Sample.start
        )
    }

    private func code(_ body: () async throws(LedgerError) -> Void) async -> LedgerError.Code? {
        do {
            try await body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a worker joins once, also if the answer is lost`() async throws {
        let bench = try await LedgerBench()
        bench.loseAnswer(of: "PutItem")
        try await bench.ledger.join(row())
        #expect(try await bench.ledger.worker(id) == row())
        var other = row()
        other.beat = 5
        #expect(await code { () throws(LedgerError) in try await bench.ledger.join(other) } == .refused)
    }

    @Test func `beats grow, and a late one doesn't take them back`() async throws {
        let bench = try await LedgerBench()
        try await bench.ledger.join(row())
        try await bench.ledger.beat(id, beat: 3, inFlight: 4)
        try await bench.ledger.beat(id, beat: 2, inFlight: 1)
        #expect(try await bench.ledger.worker(id)?.beat == 3)
        bench.loseAnswer(of: "UpdateItem")
        try await bench.ledger.beat(id, beat: 4, inFlight: 5)
        let standing = try await bench.ledger.worker(id)
        #expect(standing?.beat == 4)
        #expect(standing?.inFlight == 5)
    }

    @Test func `a worker that was declared dead is told so at its next beat`() async throws {
        let bench = try await LedgerBench()
        try await bench.ledger.join(row())
        try await bench.ledger.beat(id, beat: 2, inFlight: 0)
        let early = await code { () throws(LedgerError) in try await bench.ledger.declareDead(id, atBeat: 1) }
        #expect(early == .refused)
        bench.loseAnswer(of: "UpdateItem")
        try await bench.ledger.declareDead(id, atBeat: 2)
        try await bench.ledger.declareDead(id, atBeat: 2)
        let beat = await code { () throws(LedgerError) in
            try await bench.ledger.beat(id, beat: 3, inFlight: 0)
        }
        #expect(beat == .refused)
        #expect(try await bench.ledger.workers().map(\.state) == [.dead])
    }

    @Test func `a worker that never joined neither beats nor dies`() async throws {
        let bench = try await LedgerBench()
        let beat = await code { () throws(LedgerError) in
            try await bench.ledger.beat(id, beat: 1, inFlight: 0)
        }
        #expect(beat == .refused)
        let dead = await code { () throws(LedgerError) in try await bench.ledger.declareDead(id, atBeat: 1) }
        #expect(dead == .refused)
        #expect(try await bench.ledger.workers().isEmpty)
    }

    @Test func `all workers are listed`() async throws {
        let bench = try await LedgerBench()
        for number in 1...7 { try await bench.ledger.join(row(WorkerID(unchecked: "worker-\(number)"))) }
        #expect(Set(try await bench.ledger.workers().map(\.id)).count == 7)
    }

    @Test func `a few are read at once, and who isn't there is left out`() async throws {
        let bench = try await LedgerBench()
        let ids = (1...3).map { WorkerID(unchecked: "worker-\($0)") }
        for id in ids { try await bench.ledger.join(row(id)) }
        let asked = [ids[0], ids[2], WorkerID(unchecked: "nobody"), ids[0]]
        #expect(Set(try await bench.ledger.workers(asked).map(\.id)) == [ids[0], ids[2]])
        #expect(try await bench.ledger.workers([]).isEmpty)
    }

    @Test func `a dead worker's row goes by itself, and whoever wakes up after that is refused`() async throws
    {
        let settings = DynamoSettings(expirySweep: .zero)
        let bench = try await LedgerBench(settings: settings)
        let purgeAt = Sample.start.addingTimeInterval(-60)
        try await bench.ledger.join(row())
        let alive = await code { () throws(LedgerError) in
            try await bench.ledger.retire(id, purgeAt: purgeAt)
        }
        #expect(alive == .refused)
        #expect(try await bench.ledger.worker(id)?.purgeAt == nil)
        try await bench.ledger.declareDead(id, atBeat: 1)
        let later = purgeAt.addingTimeInterval(3_600)
        try await bench.ledger.retire(id, purgeAt: later)
        try await bench.ledger.retire(id, purgeAt: purgeAt)
        #expect(try await bench.ledger.worker(id)?.purgeAt == Int(later.timeIntervalSince1970.rounded(.up)))

        let other = WorkerID(unchecked: "worker-of-yesterday")
        try await bench.ledger.join(row(other))
        try await bench.ledger.declareDead(other, atBeat: 1)
        try await bench.ledger.retire(other, purgeAt: purgeAt)
        #expect(try await bench.ledger.workers().map(\.id) == [id])
        let beat = await code { () throws(LedgerError) in
            try await bench.ledger.beat(other, beat: 2, inFlight: 0)
        }
        #expect(beat == .refused)
        let again = await code { () throws(LedgerError) in
            try await bench.ledger.retire(other, purgeAt: purgeAt)
        }
        #expect(again == .refused)
        #expect(try await bench.ledger.worker(other) == nil)
    }
}
