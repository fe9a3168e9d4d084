import AWS
import Foundation
import LocalStack
import MetricsTestKit
import Reservations
import Testing

@testable import Fleet

@Suite("What passes is what is counted") struct MeteringTests {
    @Test func `an AWS call is counted by its error's code, and throttling by itself`() async throws {
        let metrics = TestMetrics()
        let time = ManualTime().time()
        let faults = FaultPlan(seed: 1, time: time)
        let local = LocalDynamoDB(time: time, faults: faults, settings: DynamoSettings(indexLag: .zero))
        let transport = MeteredTransport(base: InProcessAWS(service: local), factory: metrics)
        let database = DynamoDB(try .test(transport))
        let names = TableNames(prefix: "test")
        let tables = FleetTables(database, names: names, time: LeapingTime(), chance: CountingChance())
        _ = try await tables.create()
        faults.arm(
            Fault(
                service: "dynamodb",
                operation: "GetItem",
                effect: .error(code: "ThrottlingException", status: 400, message: "slow down"),
                times: 2
            )
        )
        let ledger = DynamoLedger(database, names: names, chance: CountingChance())
        _ = try await ledger.fleetRow()
        func count(_ label: String, _ dimensions: [(String, String)]) throws -> Int64 {
            try metrics.expectCounter(label, dimensions).totalValue
        }
        let call = [("service", "dynamodb"), ("operation", "GetItem")]
        #expect(try count("berth_aws_calls_total", call + [("code", "ThrottlingException")]) == 2)
        #expect(try count("berth_aws_calls_total", call + [("code", "2xx")]) == 1)
        #expect(try count("berth_aws_throttled_total", call) == 2)
    }

    @Test(arguments: [
        (#"<Response><Errors><Error><Code>VolumeInUse</Code></Error></Errors></Response>"#, "VolumeInUse"),
        (
            #"{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}"#,
            "ResourceNotFoundException"
        ),
        (#"{"ErrorCode":"FileSystemNotFound","Message":"x"}"#, "FileSystemNotFound"),
        ("<html>a proxy's page</html>", "4xx"), ("", "4xx"),
        ("<Code>\(String(repeating: "x", count: 100))</Code>", "4xx"),
    ])
    func `an answer's code is a word of the service's, or its class`(body: String, code: String) {
        #expect(AWSAnswerCode.code(of: AWSResponse(status: 400, body: Array(body.utf8))) == code)
        #expect(AWSAnswerCode.code(of: AWSResponse(status: 200, body: Array(body.utf8))) == "2xx")
    }

    @Test func `orphans are counted as they are found and end, stops by their cause`() async throws {
        let bench = try await LedgerBench()
        let metrics = TestMetrics()
        let ledger = MeteredLedger(bench.ledger, factory: metrics)
        let made = Cleanup(volume: Sample.volume, report: nil, dueAt: Sample.start, createdAt: Sample.start)
        _ = try await ledger.commit(Decision([.cleanup(from: nil, to: made)]))
        let open = try #require(try await bench.ledger.cleanup(Sample.volume))
        var looked = open
        looked.reasons = ["ended", "saved"]
        _ = try await ledger.commit(Decision([.cleanup(from: open, to: looked)]))
        let again = try #require(try await bench.ledger.cleanup(Sample.volume))
        var gone = again
        gone.state = .deleted
        _ = try await ledger.commit(Decision([.cleanup(from: again, to: gone)]))
        #expect(try metrics.expectCounter("berth_orphans_found_total", [("source", "sweep")]).totalValue == 1)
        #expect(
            try metrics.expectCounter("berth_orphans_deleted_total", [("reason", "ended")]).totalValue == 1
        )
        let row = try #require(try await bench.ledger.fleetRow())
        var stopped = row
        stopped.stop = FleetRow.Stop(.rowsHalved, "half", at: Sample.start)
        _ = try await ledger.commit(Decision([.fleet(from: row, to: stopped)]))
        #expect(
            try metrics.expectCounter("berth_janitor_stops_total", [("cause", "rows_halved")]).totalValue == 1
        )
    }

    @Test func `a worker's own death isn't counted with the others'`() async throws {
        let bench = try await LedgerBench()
        let metrics = TestMetrics()
        let roster = MeteredRoster(bench.ledger, factory: metrics)
        for (id, through) in [("a", roster as any WorkerRoster), ("b", bench.ledger as any WorkerRoster)] {
            try await through.join(
                WorkerRow(
                    id: WorkerID(unchecked: id),
                    beat: 1,
                    state: .alive,
                    host: "host",
                    softwareVersion: "1.0",
                    inFlight: 0,
                    startedAt: Sample.start
                )
            )
        }
        try await roster.declareDead(WorkerID(unchecked: "b"), atBeat: 1)
        #expect(try metrics.expectCounter("berth_worker_deaths_total", [("of", "other")]).totalValue == 1)
        #expect(try metrics.expectCounter("berth_worker_deaths_total", [("of", "self")]).totalValue == 0)
        try await roster.declareDead(WorkerID(unchecked: "a"), atBeat: 1)
        #expect(try metrics.expectCounter("berth_worker_deaths_total", [("of", "self")]).totalValue == 1)
    }

    @Test func `phases show the oldest beside the budget, ends among them`() throws {
        let reading = PhaseGauges(
            WorkerSettings(),
            try FleetSettings(from: SettingSources(environment: [:])).budgets
        )
        let readings = reading.readings([], at: Sample.start)
        #expect(readings.count == 14)
        #expect(readings.contains { $0.name == "berth_phase_budget_seconds" && $0.value == 900 })
        #expect(readings.filter { $0.name == "berth_phase_oldest_seconds" }.allSatisfy { $0.value == 0 })
    }
}
