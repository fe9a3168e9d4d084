import Foundation
import Glibc
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What operators use: doctor, top, health, the janitor's look at the fleet, a reload.
@Suite struct OperateTests {
    private static let settings = ["BERTH_EFS_SUBNETS": "", "BERTH_ADMIN_ADDRESS": "127.0.0.1:0"]

    private func address(of child: Child) async throws -> String {
        let port = try await until("the admin port of \(child.name)\n\(child.lastWords)") {
            child.log.split(separator: "\n").first { $0.contains("admin port listens") }?
                .firstMatch(of: /"port":"?(\d+)/)?.1
        }
        return "127.0.0.1:\(port)"
    }

    @Test func `doctor says what is right and what to change`() async throws {
        try await TestFleet.with(Self.settings, hasTables: false) { fleet in
            let bare = try await fleet.run("berth", ["doctor"])
            #expect(bare.exit == .code(1), "\(bare.output)\(bare.errors)")
            #expect(
                bare.output.contains(
                    "WRONG   tables: missing: table berth-reservations -> berth tables create"
                )
            )
            try await fleet.succeed("berth", ["tables", "create"])
            let alone = try await fleet.run("berth", ["doctor"])
            #expect(alone.exit == .code(0), "\(alone.output)\(alone.errors)")
            #expect(alone.output.contains("advice  workers: none is alive -> start berth-worker"))
            try await fleet.worker("worker")
            let well = try await fleet.run("berth", ["doctor"])
            for line in [
                "right   workers: 1 alive", "right   kafka: brokers at", "berth-reservations may be written",
                "right   ec2: CreateVolume is allowed", "-       efs: BERTH_EFS_SUBNETS names none",
                "right   kubernetes: all 29 rights of a worker", "right   clock: ",
            ] {
                #expect(well.output.contains(line), "no '\(line)' in\n\(well.output)")
            }
            try await fleet.fault(
                [
                    "--service", "kubernetes", "--operation", "create selfsubjectaccessreviews", "--error",
                    "Forbidden", "--status", "403", "--times", "2",
                ]
            )
            let refused = try await fleet.run("berth", ["doctor", "--output", "json"])
            #expect(refused.exit == .code(1))
            #expect(
                refused.output.contains("not allowed: create configmaps, get configmaps"),
                "\(refused.output)"
            )
        }
    }

    @Test func `top, health and the janitor's metrics show the fleet`() async throws {
        try await TestFleet.with(Self.settings) { fleet in
            let worker = try await fleet.worker("worker")
            let janitor = try await fleet.janitor()
            let id = try await fleet.reserve(disk: "work")
            try await fleet.heard(id, "active")
            let top = try await fleet.succeed("berth", ["top", "--once"])
            #expect(top.output.contains("active 1"), "\(top.output)")
            #expect(top.output.contains("worker-"))
            let json = try await fleet.succeed("berth", ["top", "--once", "--output", "json"])
            #expect(json.output.contains("\"in_flight\"") || json.output.contains("\"inFlight\""))
            #expect(json.output.contains("\"troubles\":[]"), "\(json.output)")

            for process in [worker, janitor] {
                let asked = try await fleet.succeed(
                    "berth",
                    ["health", "--address", try await address(of: process)]
                )
                #expect(asked.output.contains("ok  kafka: "), "\(asked.output)")
            }
            // Where nobody listens, nobody is well.
            let nobody = try await fleet.run("berth", ["health", "--address", "127.0.0.1:1"])
            #expect(nobody.exit == .code(69))

            let url = try #require(URL(string: "http://\(try await address(of: janitor))/metrics"))
            _ = try await until("the janitor has looked at the fleet") {
                let (data, _) = try await URLSession.shared.data(
                    for: URLRequest(url: url, timeoutInterval: 10)
                )
                let metrics = String(decoding: data, as: UTF8.self)
                let isSeen = [
                    #"berth_reservations{status="active"} 1"#, #"berth_workers{state="beating"} 1"#,
                    #"berth_group_lag_messages{topic="reservations.requests"} 0"#, "berth_orphans_open 0",
                    #"berth_janitor_stopped{cause="budget_spent"} 0"#,
                ].allSatisfy(metrics.contains)
                return isSeen ? true : nil
            }

            try await fleet.fault(
                ["--service", "dynamodb", "--error", "InternalServerError", "--status", "500"]
            )
            let admin = try await address(of: worker)
            _ = try await until("the worker says that it isn't well") {
                try await fleet.run("berth", ["health", "--address", admin]).exit == .code(1) ? true : nil
            }
            try await fleet.succeed("berth", ["health", "--live", "--address", admin])
            try await fleet.clearFaults()
        }
    }

    @Test func `SIGHUP takes the level over, and says what needs a restart`() async throws {
        try await TestFleet.with(Self.settings) { fleet in
            let file = "\(fleet.folder)/settings.json"
            func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: file)) }
            try write(#"{"log":{"level":"info"}}"#)
            let worker = try await fleet.worker("worker", ["BERTH_CONFIG_FILE": file])
            try write(#"{"log":{"level":"debug"},"poll":{"ssh":"7s"}}"#)
            worker.send(SIGHUP)
            _ = try await until("it says so\n\(worker.lastWords)") {
                worker.log.contains("settings read again") && worker.log.contains("poll.ssh") ? true : nil
            }
            // A call that is tried again is told at this level.
            try await fleet.fault(
                [
                    "--service", "dynamodb", "--error", "InternalServerError", "--status", "500", "--times",
                    "3",
                ]
            )
            _ = try await until("it logs at debug") { worker.log.contains(#""level":"debug""#) ? true : nil }
            try write(#"{"log":{"level":"loud"}}"#)
            worker.send(SIGHUP)
            _ = try await until("a mistake is told") {
                worker.log.contains("settings not read again") ? true : nil
            }
            #expect(worker.ended == nil)
        }
    }
}
