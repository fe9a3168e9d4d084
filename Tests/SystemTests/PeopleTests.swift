import Foundation
import Kafka
import Testing

@Suite struct PeopleTests {
    @Test func `a user is bound to a GitHub login until an operator says otherwise`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            let first = try await fleet.reserve(with: ["--no-persistent-disk"])
            try await fleet.heard(first, "active")

            let request = [
                "reserve", "--user", TestFleet.user, "--gpu-type", "t4", "--hours", "1",
                "--no-persistent-disk",
                "--github-user", "eve", "--wait", "--timeout", "60",
            ]
            let refused = try await fleet.run("berth", request)
            #expect(refused.exit == .code(65))
            #expect(refused.errors.contains("is bound to the GitHub login ada"))

            let rebind = ["user", "rebind", TestFleet.user, "eve"]
            #expect(try await fleet.run("berth", rebind).exit != .code(0))
            try await fleet.succeed("berth", rebind + ["--reason", "a new account"])
            let shown = try await fleet.succeed(
                "berth",
                ["user", "show", TestFleet.user, "--output", "json"]
            )
            let binding = try shown.json(JSON.self)
            #expect(binding["github_user"] == .string("eve"))
            #expect(binding["reason"] == .string("a new account"))

            // Now it is ada who is refused.
            let second = try await fleet.reserve(with: ["--no-persistent-disk"])
            let letter = try await fleet.messages(on: .dead, count: 1) { $0.text.contains(second) }.first
            #expect(letter?.header("berth-dead-reason")?.text?.contains("login eve") == true)
        }
    }

    @Test func `a server gets more time, once, and its pod is told`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": "", "BERTH_EXTEND_LIMIT": "4h"]) { fleet in
            try await fleet.worker("worker")
            let id = try await fleet.reserve(with: ["--no-persistent-disk"])
            try await fleet.heard(id, "active")
            let before = try await end(of: id, fleet)
            let line = ["extend", id, "2", "--user", TestFleet.user, "--wait", "--output", "json"]
            let extended = try await fleet.succeed("berth", line)
            #expect(extended.output.contains("expires_at"))
            let after = try await end(of: id, fleet)
            #expect(after.timeIntervalSince(before) == 7200)

            // One hour and two more are three of four.
            let tooMuch = try await fleet.run("berth", line)
            #expect(tooMuch.exit == .code(65))
            #expect(tooMuch.errors.contains("at most"))
            let foreign = try await fleet.run("berth", ["extend", id, "1", "--user", "mallory", "--wait"])
            #expect(foreign.exit == .code(65))
            #expect(foreign.errors.contains("belongs to somebody else"))
            #expect(try await end(of: id, fleet) == after)
        }
    }

    @Test func `a cancel that nobody answers says so, and the first worker obeys it`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            let id = try await fleet.reserve(with: ["--no-persistent-disk"])
            let cancel = ["cancel", id, "--user", TestFleet.user, "--wait", "--timeout", "8"]
            let alone = try await fleet.run("berth", cancel)
            #expect(alone.exit == .code(75))
            #expect(alone.errors.contains("the first worker to come obeys it"))
            try await fleet.worker("worker")
            try await fleet.heard(id, "cancelled")
            #expect(try await fleet.counts()["pods"] == 0)

            // After the end a cancel comes back at once, with the receipt.
            let late = try await fleet.succeed("berth", cancel + ["--output", "json"])
            #expect(late.output.contains(#""status":"cancelled""#))
            let stranger = try await fleet.run("berth", ["cancel", id, "--user", "mallory", "--wait"])
            #expect(stranger.exit == .code(65))
        }
    }

    @Test func `disks are made, cloned, deleted and restored by their names`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            try await fleet.janitor()
            let user = ["--user", TestFleet.user]
            try await fleet.succeed("berth", ["disk", "create", "work", "--size", "7"] + user)
            let twice = try await fleet.run("berth", ["disk", "create", "work"] + user)
            #expect(twice.exit == .code(65))
            let nothing = try await fleet.run("berth", ["disk", "clone", "work", "copy"] + user)
            #expect(nothing.errors.contains("nothing of disk 'work' was saved yet"))

            let id = try await fleet.reserve(disk: "work", with: ["--name", "mine"])
            try await fleet.heard(id, "active")
            let held = try await fleet.run("berth", ["disk", "delete", "work"] + user)
            #expect(held.exit == .code(65))
            #expect(held.errors.contains("in use by reservation \(id)"))

            let folder = FileManager.default.temporaryDirectory.appending(path: "berth-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            try await fleet.succeed("berth", ["ssh-config", "--folder", folder.path()] + user)
            let config = try String(contentsOf: folder.appending(path: "config"), encoding: .utf8)
            #expect(config.contains("Host berth-mine berth-\(id.prefix(8))"))
            let known = try String(contentsOf: folder.appending(path: "known_hosts"), encoding: .utf8)
            #expect(known.hasPrefix("berth-\(id) ssh-ed25519 "))

            let avail = try await fleet.succeed("berth", ["avail", "--gpu-type", "t4", "--output", "json"])
            let t4 = try avail.json([JSON].self).first
            #expect(t4?["promised"] == .number(1))
            #expect(t4?["next_free_at"]?.text != nil)
            #expect(t4?["free"] != nil)

            try await fleet.cancel("mine")
            try await fleet.heard(id, "cancelled")
            try await fleet.noVolume(of: id)
            try await fleet.succeed("berth", ["disk", "clone", "work", "copy"] + user)
            try await fleet.succeed("berth", ["disk", "delete", "work"] + user)
            let refused = try await fleet.reserve(disk: "work")
            let row = try await fleet.heard(refused, "failed")
            #expect(row.failure?.contains("marked as deleted") == true)
            try await fleet.succeed("berth", ["disk", "restore", "work"] + user)
            let list = try await fleet.succeed("berth", ["disk", "list", "--output", "json"] + user)
            let disks = try list.json([JSON].self)
            #expect(disks.map { $0["disk_name"]?.text } == ["copy", "work"])
            #expect(disks.map { $0["size_gb"] } == [.number(7), .number(7)])
            #expect(disks[0]["head_snapshot_id"] == disks[1]["head_snapshot_id"])
        }
    }

    private func end(of id: String, _ fleet: TestFleet) async throws -> Date {
        let shown = try await fleet.succeed("berth", ["show", id, "--output", "json"])
        let text = try #require(try shown.json(JSON.self)["expires_at"]?.text)
        return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
