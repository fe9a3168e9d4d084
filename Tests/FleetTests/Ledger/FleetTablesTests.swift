import AWS
import Fleet
import Foundation
import LocalStack
import Reservations
import Testing

@Suite("The tables of a fleet") struct FleetTablesTests {
    @Test func `making them twice is as making them once`() async throws {
        let bench = try await LedgerBench()
        #expect(try await bench.tables.create() == bench.fleet)
        #expect(try await bench.ledger.fleetID() == bench.fleet)
        #expect(try await bench.tables.check().isEmpty)
        #expect(bench.local.tableNames.count == 7)
    }

    @Test func `a lost answer doesn't name the fleet twice`() async throws {
        let bench = try await LedgerBench()
        let tables = FleetTables(
            bench.database,
            names: TableNames(prefix: "other"),
            time: LeapingTime(),
            chance: CountingChance()
        )
        bench.loseAnswer(of: "PutItem")
        let id = try await tables.create()
        #expect(try await tables.create() == id)
    }

    @Test func `what is missing is named`() async throws {
        let bench = try await LedgerBench()
        try await bench.database.deleteTable("test-disks")
        try await bench.database.deleteItem(
            DynamoDB.DeleteItem(table: "test-fleet", key: ["fleet_row": .s("fleet")])
        )
        try await bench.database.deleteTable("test-reservations")
        try await bench.database.createTable(
            DynamoDB.TableDefinition(name: "test-reservations", partitionKey: .init("reservation_id"))
        )
        let missing = try await bench.tables.check()
        #expect(missing.contains("table test-disks"))
        #expect(missing.contains("index WorkIndex of table test-reservations"))
        #expect(missing.contains("the fleet's row in table test-fleet"))
        #expect(try await bench.ledger.fleetID() == nil)
    }

    @Test func `without tables there is no fleet, and without an answer there is no word of it`() async throws
    {
        let bench = try await LedgerBench()
        let nowhere = DynamoLedger(
            bench.database,
            names: TableNames(prefix: "nowhere"),
            chance: CountingChance()
        )
        #expect(try await nowhere.fleetID() == nil)
        bench.faults.arm(Fault(service: "dynamodb", operation: "GetItem", effect: .drop))
        await #expect(throws: LedgerError.self) { try await nowhere.fleetID() }
    }

    @Test func `a table that doesn't become active is an error at the deadline`() async throws {
        let settings = DynamoSettings(indexLag: .zero, tableCreation: .seconds(3_600))
        do {
            _ = try await LedgerBench(settings: settings)
            Issue.record("made")
        } catch let error as LedgerError {
            #expect(error.code == .unavailable)
        }
    }
}

@Suite("The janitor's rows") struct JanitorRowTests {
    private func cleanup(_ number: Int, due: TimeInterval) -> Cleanup {
        Cleanup(
            volume: VolumeID(unchecked: "vol-0000000\(number)"),
            report: nil,
            dueAt: Sample.start.addingTimeInterval(due),
            createdAt: Sample.start
        )
    }

    @Test func `due volumes come soonest first, and closed ones never`() async throws {
        let bench = try await LedgerBench()
        for (number, due) in [(1, 20.0), (2, 10), (3, 99), (4, 5)] {
            try await bench.ledger.commit(Decision([.cleanup(from: nil, to: cleanup(number, due: due))]))
        }
        let closed = try #require(try await bench.ledger.cleanup(VolumeID(unchecked: "vol-00000004")))
        var done = closed
        done.state = .gone
        try await bench.ledger.commit(Decision([.cleanup(from: closed, to: done)]))
        #expect(try await bench.ledger.cleanup(closed.volume)?.version == 2)
        let soon = Sample.start.addingTimeInterval(50)
        #expect(
            try await bench.ledger.dueCleanups(before: soon, limit: 10).map(\.rawValue)
                == ["vol-00000002", "vol-00000001"]
        )
        #expect(
            try await bench.ledger.dueCleanups(before: soon, limit: 1).map(\.rawValue) == ["vol-00000002"]
        )
    }

    @Test func `two that write one volume's row can't both`() async throws {
        let bench = try await LedgerBench()
        try await bench.ledger.commit(Decision([.cleanup(from: nil, to: cleanup(1, due: 0))]))
        let row = try #require(try await bench.ledger.cleanup(VolumeID(unchecked: "vol-00000001")))
        var mine = row
        mine.verdict = "keep"
        try await bench.ledger.commit(Decision([.cleanup(from: row, to: mine)]))
        await #expect(throws: LedgerError.self) {
            try await bench.ledger.commit(Decision([.cleanup(from: row, to: mine)]))
        }
        await #expect(throws: LedgerError.self) {
            try await bench.ledger.commit(Decision([.cleanup(from: nil, to: row)]))
        }
    }

    @Test func `a user's disks are listed`() async throws {
        let bench = try await LedgerBench()
        for name in ["b", "a"] {
            let key = DiskKey(userID: Sample.user, name: DiskName(unchecked: name))
            let disk = Disk(key: key, head: nil, sizeGiB: 1, createdAt: Sample.start)
            try await bench.ledger.commit(Decision([.disk(from: nil, to: disk)]))
        }
        #expect(try await bench.ledger.disks(of: Sample.user).map(\.name.rawValue) == ["a", "b"])
        #expect(try await bench.ledger.disks(of: Sample.other).isEmpty)
    }
}
