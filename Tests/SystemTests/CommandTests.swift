import Foundation
import Testing

/// `berth` as people and programs use it.
@Suite struct CommandTests {
    private struct Entry: Decodable {
        let reservation_id: String
        let status: String
    }

    @Test func `reserve and cancel wait by the events alone, and say each step`() async throws {
        try await TestFleet.with { fleet in
            try await fleet.worker("worker")
            let id = TestFleet.newID()
            // Waiting needs Kafka and nothing else.
            let kafkaOnly = ["AWS_ENDPOINT_URL": "http://127.0.0.1:1", "KUBECONFIG": "/nowhere"]
            let reserved = try await fleet.succeed(
                "berth",
                [
                    "reserve", "--id", id, "--user", "ada", "--gpu-type", "t4", "--hours", "1", "--name",
                    "mine", "--wait", "--timeout", "60", "--output", "json",
                ],
                kafkaOnly
            )
            let events = try Self.events(in: reserved.output)
            let phases = events.compactMap { $0["phase"]?.text }
            for phase in ["disk_create_start", "github_keys_fetch_end", "efs_setup_end", "pod_create_end"] {
                #expect(phases.contains(phase), "no \(phase) among \(phases)")
            }
            let active = try #require(events.last)
            #expect(active["status"] == .string("active"))
            #expect(active["connection"]?["host_key"]?.text?.hasPrefix("ssh-ed25519 ") == true)

            let listed = try await fleet.succeed("berth", ["list", "--user", "ada", "--output", "json"])
            #expect(try listed.json([Entry].self).map(\.reservation_id) == [id])
            // By name and by the beginning of its id.
            for word in ["mine", String(id.prefix(8))] {
                let shown = try await fleet.succeed(
                    "berth",
                    ["show", word, "--user", "ada", "--output", "json"]
                )
                #expect(try shown.json(Row.self).id == id)
            }

            let cancelled = try await fleet.succeed(
                "berth",
                ["cancel", id, "--user", "ada", "--wait", "--timeout", "60", "--output", "json"],
                kafkaOnly
            )
            let end = try #require(try Self.events(in: cancelled.output).last)
            #expect(end["status"] == .string("cancelled"))
            #expect(end["receipt"]?["cause"] == .string("cancelled"))
        }
    }

    @Test func `a wait that fails and one that takes too long have exit codes of their own`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            let line = ["reserve", "--gpu-type", "t4", "--hours", "1", "--wait"]
            let late = try await fleet.run("berth", line + ["--user", "ada", "--timeout", "2"])
            #expect(late.exit == .code(75))
            #expect(late.errors.contains("is a worker running?"))

            try await fleet.worker("worker")
            let failed = try await fleet.run(
                "berth",
                line + [
                    "--user", "bo", "--github-user", "nobody-at-all", "--no-persistent-disk", "--timeout",
                    "60",
                ]
            )
            #expect(failed.exit == .code(1))
            #expect(failed.errors.contains("nobody-at-all"))
        }
    }

    private static func events(in output: String) throws -> [JSON] {
        try output.split(separator: "\n").map { try JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }
    }
}
