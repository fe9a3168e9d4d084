import AWS
import Fleet
import Foundation
import Reservations
import Testing

/// The ledger's indexes and rosters where another DynamoDB than our own keeps them.
@Suite("The ledger's candidates", .timeLimit(.minutes(1))) struct CandidateContract {
    private func found(
        _ bench: LedgerBench,
        _ wanted: [ReservationID],
        _ ask: () async throws -> [ReservationID]
    ) async throws {
        #expect(try await bench.aws.eventually(ask, until: { $0 == wanted }) == wanted)
    }

    @Test(arguments: AWSTarget.reachable)
    func `a worker finds its rows, urgent ones first, and free ones are apart`(_ target: AWSTarget)
        async throws
    {
        try await withLedger(target) { bench in
            _ = try await bench.admitted(LedgerRow.reservation(1))
            _ = try await bench.admitted(LedgerRow.reservation(2, .cancelling))
            var free = LedgerRow.reservation(3, .queued)
            free.owner = nil
            _ = try await bench.admitted(free)
            let mine = WorkPlace.Holder.worker(LedgerRow.worker)
            try await found(bench, [LedgerRow.id(2), LedgerRow.id(1)]) {
                try await bench.ledger.work(of: mine, urgentOnly: false)
            }
            try await found(bench, [LedgerRow.id(2)]) {
                try await bench.ledger.work(of: mine, urgentOnly: true)
            }
            try await found(bench, [LedgerRow.id(3)]) {
                try await bench.ledger.work(of: .free, urgentOnly: false)
            }
            try await found(bench, [LedgerRow.id(3)]) {
                try await bench.ledger.reservations(with: .queued)
            }
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a row that needs nobody leaves the index, and comes back when it does`(
        _ target: AWSTarget
    ) async throws {
        try await withLedger(target) { bench in
            let row = try await bench.admitted(LedgerRow.reservation(1, .preparing))
            var active = row
            try active.move(to: .active)
            active.owner = nil
            active.expiresAt = LedgerRow.start
            let running = try #require(try await bench.ledger.commit(Decision(from: row, to: active)))
            try await found(bench, []) {
                try await bench.ledger.work(of: .worker(LedgerRow.worker), urgentOnly: false)
            }
            try await found(bench, [row.id]) {
                try await bench.ledger.expired(before: LedgerRow.start.addingTimeInterval(1))
            }
            try await found(bench, []) { try await bench.ledger.expired(before: LedgerRow.start) }
            var cancelled = running
            try cancelled.move(to: .cancelling)
            try await bench.ledger.commit(Decision(from: running, to: cancelled))
            try await found(bench, [row.id]) { try await bench.ledger.work(of: .free, urgentOnly: true) }
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a user's rows come newest first`(_ target: AWSTarget) async throws {
        try await withLedger(target) { bench in
            for number in 1...5 {
                let createdAt = LedgerRow.start.addingTimeInterval(Double(number))
                _ = try await bench.admitted(LedgerRow.reservation(number, createdAt: createdAt))
            }
            try await found(bench, [LedgerRow.id(5), LedgerRow.id(4)]) {
                try await bench.ledger.reservations(of: LedgerRow.user, limit: 2)
            }
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a worker beats until it is declared dead, on condition of its beat`(_ target: AWSTarget)
        async throws
    {
        try await withLedger(target) { bench in
            let row = WorkerRow(
                id: LedgerRow.worker,
                beat: 1,
                state: .alive,
                host: "host",
                softwareVersion: "1.0",
                inFlight: 0,
                startedAt: LedgerRow.start
            )
            try await bench.ledger.join(row)
            #expect(try await bench.ledger.worker(row.id) == row)
            try await bench.ledger.beat(row.id, beat: 3, inFlight: 4)
            let early = try await failure(LedgerError.self) {
                try await bench.ledger.declareDead(row.id, atBeat: 1)
            }
            #expect(early.code == .refused)
            try await bench.ledger.declareDead(row.id, atBeat: 3)
            let late = try await failure(LedgerError.self) {
                try await bench.ledger.beat(row.id, beat: 4, inFlight: 0)
            }
            #expect(late.code == .refused)
            #expect(try await bench.ledger.workers().map(\.state) == [.dead])
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `the janitor's rows come due, soonest first, and closed ones never`(_ target: AWSTarget) async throws
    {
        try await withLedger(target) { bench in
            func cleanup(_ number: Int, _ due: TimeInterval) -> Cleanup {
                Cleanup(
                    volume: VolumeID(unchecked: "vol-0000000\(number)"),
                    report: nil,
                    dueAt: LedgerRow.start.addingTimeInterval(due),
                    createdAt: LedgerRow.start
                )
            }
            for (number, due) in [(1, 20.0), (2, 10), (3, 99), (4, 5)] {
                try await bench.ledger.commit(Decision([.cleanup(from: nil, to: cleanup(number, due))]))
            }
            let closed = try #require(try await bench.ledger.cleanup(VolumeID(unchecked: "vol-00000004")))
            var done = closed
            done.state = .gone
            try await bench.ledger.commit(Decision([.cleanup(from: closed, to: done)]))
            let due = try await bench.aws.eventually {
                try await bench.ledger.dueCleanups(
                    before: LedgerRow.start.addingTimeInterval(50),
                    limit: 10
                ).map(\.rawValue)
            } until: {
                $0 == ["vol-00000002", "vol-00000001"]
            }
            #expect(due == ["vol-00000002", "vol-00000001"])
        }
    }
}
