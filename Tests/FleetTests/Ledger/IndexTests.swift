import AWS
import Fleet
import Foundation
import LocalStack
import Reservations
import Testing

@Suite("Finding candidates") struct IndexTests {
    private func put(_ bench: LedgerBench, _ row: Reservation) async throws {
        try await bench.ledger.commit(Decision(admitting: row))
    }

    @Test func `a worker finds its rows, urgent ones by themselves`() async throws {
        let bench = try await LedgerBench()
        try await put(bench, Sample.row(1))
        try await put(bench, Sample.row(2, .cancelling))
        var free = Sample.row(3, .queued)
        free.owner = nil
        try await put(bench, free)
        var theirs = Sample.row(4)
        theirs.owner = WorkerID(unchecked: "worker-2")
        try await put(bench, theirs)

        let mine = WorkPlace.Holder.worker(Sample.worker)
        #expect(try await bench.ledger.work(of: mine, urgentOnly: true) == [Sample.id(2)])
        // Urgent ones first.
        #expect(try await bench.ledger.work(of: mine, urgentOnly: false) == [Sample.id(2), Sample.id(1)])
        #expect(try await bench.ledger.work(of: .free, urgentOnly: false) == [Sample.id(3)])
        #expect(try await bench.ledger.work(of: .free, urgentOnly: true).isEmpty)
    }

    @Test func `a row that needs nobody leaves the index, and comes back when it does`() async throws {
        let bench = try await LedgerBench()
        let row = try #require(try await bench.ledger.commit(Decision(admitting: Sample.row(1, .preparing))))
        var active = row
        try active.move(to: .active)
        active.owner = nil
        active.expiresAt = Sample.start
        let running = try #require(try await bench.ledger.commit(Decision(from: row, to: active)))
        #expect(try await bench.ledger.work(of: .worker(Sample.worker), urgentOnly: false).isEmpty)
        #expect(try await bench.ledger.work(of: .free, urgentOnly: false).isEmpty)
        #expect(try bench.item(of: row)["work_order"] == nil)

        var cancelled = running
        try cancelled.move(to: .cancelling)
        try await bench.ledger.commit(Decision(from: running, to: cancelled))
        #expect(try await bench.ledger.work(of: .free, urgentOnly: true) == [row.id])
    }

    @Test func `an index attribute that another writer left behind is set right by the next write`()
        async throws
    {
        let bench = try await LedgerBench()
        let row = try #require(try await bench.ledger.commit(Decision(admitting: Sample.row(1, .preparing))))
        try await bench.set("work", .s("nobody"), of: row)
        try await bench.set("expires_key", .s("active"), of: row)
        var next = row
        next.warning = "careful"
        try await bench.ledger.commit(Decision(from: row, to: next))
        let item = try bench.item(of: row)
        #expect(item["work"]?.stringValue == "worker-1")
        #expect(item["expires_key"] == nil)
    }

    @Test func `only active rows expire, and only once their time is over`() async throws {
        let bench = try await LedgerBench()
        for (number, status) in [(1, Status.active), (2, .preparing), (3, .active), (4, .expired)] {
            var row = Sample.row(number, status)
            row.expiresAt = Sample.start.addingTimeInterval(Double(number))
            try await put(bench, row)
        }
        #expect(try await bench.ledger.expired(before: Sample.start.addingTimeInterval(3)) == [Sample.id(1)])
        #expect(
            try await bench.ledger.expired(before: Sample.start.addingTimeInterval(3.002))
                == [Sample.id(1), Sample.id(3)]
        )
    }

    @Test func `rows are found by status, and the old system's locks are passed over`() async throws {
        let bench = try await LedgerBench()
        try await put(bench, Sample.row(1, .queued))
        try await put(bench, Sample.row(2, .active))
        try await bench.database.putItem(
            DynamoDB.PutItem(
                table: bench.names.reservations,
                item: [
                    "reservation_id": .s("lock:0b8f3c52"), "status": .s("queued"),
                    "created_at": .s("2026-01-01T00:00:00"),
                ]
            )
        )
        #expect(try await bench.ledger.reservations(with: .queued) == [Sample.id(1)])
    }

    @Test func `a user's rows come newest first, as many as asked for`() async throws {
        let bench = try await LedgerBench()
        for number in 1...5 {
            let createdAt = Sample.start.addingTimeInterval(Double(number))
            try await put(bench, Sample.row(number, createdAt: createdAt))
        }
        try await put(bench, Sample.row(9, user: Sample.other))
        let newest = try await bench.ledger.reservations(of: Sample.user, limit: 2)
        #expect(newest == [Sample.id(5), Sample.id(4)])
        #expect(try await bench.ledger.reservations(of: Sample.user, limit: 100).count == 5)
        #expect(try await bench.ledger.reservations(of: Sample.user, limit: 0).isEmpty)
    }

    @Test func `indexes carry little`() async throws {
        let bench = try await LedgerBench()
        try await put(bench, Sample.row(1))
        let items = try #require(bench.local.items(of: bench.names.reservations, index: "WorkIndex"))
        #expect(items.map { Set($0.keys) } == [["reservation_id", "work", "work_order", "status", "owner"]])
    }
}
