import Foundation
import Glibc
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// How a worker ends when it is told to, and what it says of itself until then.
@Suite struct DrainTests {
    private func address(of child: Child) async throws -> String {
        let port = try await until("the admin port of \(child.name)\n\(child.lastWords)") {
            child.log.split(separator: "\n").first { $0.contains("admin port listens") }?
                .firstMatch(of: /"port":"?(\d+)/)?.1
        }
        return "http://127.0.0.1:\(port)"
    }

    private func get(_ url: String) async throws -> (status: Int, body: String) {
        guard let url = URL(string: url) else { throw TestFleet.Failure(description: "no URL: \(url)") }
        let (data, response) = try await URLSession.shared.data(
            for: URLRequest(url: url, timeoutInterval: 10)
        )
        return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
    }

    private static let settings = [
        "BERTH_EFS_SUBNETS": "", "BERTH_WORKER_LAST_WORDS": "60s", "BERTH_ADMIN_ADDRESS": "127.0.0.1:0",
    ]

    @Test(arguments: [SIGTERM, SIGINT])
    func `a call that hangs holds up the first signal, and not the second`(
        second: Int32
    ) async throws {
        try await TestFleet.with(Self.settings) { fleet in
            let worker = try await fleet.worker("worker")
            try await fleet.fault(
                ["--service", "ec2", "--operation", "CreateVolume", "--delay", "50000", "--times", "1"]
            )
            let id = try await fleet.reserve(disk: "work")
            let admin = try await address(of: worker)
            _ = try await until("the call is under way") {
                let state = try await get("\(admin)/debug/state")
                return state.body.contains(id) && state.body.contains("disk_create_start") ? true : nil
            }
            worker.send(SIGTERM)
            _ = try await until("it says so\n\(worker.lastWords)") {
                worker.log.contains("told to end: finishing") ? true : nil
            }
            // It waits for the answer, and takes nothing new meanwhile; its port tells until the end.
            #expect(try await get("\(admin)/readyz").status == 503)
            #expect(try await get("\(admin)/livez").status == 200)
            await #expect(throws: NotInTime.self) { try await worker.end(within: .seconds(3)) }
            worker.send(second)
            #expect(try await worker.end(within: .seconds(3)) == .code(128 + second))
            #expect(worker.log.contains("told to end a second time"))

            // What it left is adopted, and costs no second volume.
            try await fleet.worker("next")
            let active = try await fleet.heard(id, "active")
            #expect(active.mounted == active.volume)
        }
    }

    @Test func `a worker says how it is, and that DynamoDB is away`() async throws {
        try await TestFleet.with(Self.settings) { fleet in
            let worker = try await fleet.worker("worker")
            let admin = try await address(of: worker)
            let id = try await fleet.reserve(disk: "work")
            try await fleet.heard(id, "active")
            #expect(try await get("\(admin)/livez").status == 200)
            #expect(try await get("\(admin)/readyz").status == 200)
            #expect(try await get("\(admin)/nothing").status == 404)
            let metrics = try await get("\(admin)/metrics").body
            for name in [
                #"berth_worker_beats_total{outcome="accepted"}"#,
                #"berth_admissions_total{outcome="pending"} 1"#,
                #"berth_phase_seconds_count{phase="disk_create"} 1"#, "berth_overlap_saved_seconds_count 1",
                "berth_reservations_in_flight 0", #"berth_queue_partitions{topic="reservations.requests"} "#,
                #"operation="CreateVolume""#,
            ] {
                #expect(metrics.contains(name), "no \(name) in\n\(metrics)")
            }

            try await fleet.fault(
                ["--service", "dynamodb", "--error", "InternalServerError", "--status", "500"]
            )
            let away = try await until("not ready") {
                let answer = try await get("\(admin)/readyz")
                return answer.status == 503 && answer.body.contains("accepted beat was sent") ? answer : nil
            }
            #expect(away.body.contains("\"ledger\""))
            #expect(try await get("\(admin)/livez").status == 200)
            // A request waits on its partition, which says why.
            _ = try await fleet.reserve(disk: "other")
            _ = try await until("a message waits") {
                try await get("\(admin)/readyz").body.contains("wait for their next try") ? true : nil
            }
            try await fleet.clearFaults()
            _ = try await until("ready again") {
                try await get("\(admin)/readyz").status == 200 ? true : nil
            }
            #expect(worker.ended == nil)
        }
    }
}
