import Glibc
import Testing

/// Scenario 27: two janitors, and one that dies at its work.
@Suite struct JanitorTests {
    @Test func `two janitors, one killed in the middle of saving, make one snapshot and leave no volume`()
        async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            let dying = try await fleet.janitor("one")
            try await fleet.janitor("two")
            let id = try await fleet.reserve(disk: "work")
            let volume = try #require(try await fleet.heard(id, "active").volume)
            try await fleet.write("ada's work", to: volume)
            try await fleet.cancel(id)
            _ = try await until("a snapshot", every: .milliseconds(50)) { try await fleet.snapshots().first }
            dying.send(SIGKILL)
            #expect(try await dying.end(within: .seconds(5)) == .signal(9))

            try await fleet.noVolume(of: id)
            let snapshots = try await fleet.snapshots()
            #expect(snapshots.map(\.state) == ["completed"])
            #expect(snapshots.first?.content?.hasPrefix("ada's work") == true)
            let next = try await fleet.heard(try await fleet.reserve(disk: "work"), "active")
            #expect(next.diskIntent?["snapshot"]?.text == snapshots.first?.id)
        }
    }

    @Test(
        "a janitor killed at any step leaves one snapshot and no volume to the next",
        arguments: [
            "verdict-stored", "quarantined", "save-id-written", "snapshot-started", "head-moved",
            "quarantine-over", "volume-deleted", "deletion-recorded",
        ]
    )
    func killedAt(_ point: String) async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            let dying = try await fleet.janitor("one", ["BERTH_KILL_AT": point])
            let id = try await fleet.reserve(disk: "work")
            _ = try await fleet.heard(id, "active")
            try await fleet.cancel(id)
            #expect(try await dying.end(within: .seconds(60)) == .signal(9))

            try await fleet.janitor("two")
            try await fleet.noVolume(of: id)
            let snapshots = try await fleet.snapshots()
            #expect(snapshots.map(\.state) == ["completed"])
            let next = try await fleet.heard(try await fleet.reserve(disk: "work"), "active")
            #expect(next.diskIntent?["snapshot"]?.text == snapshots.first?.id)
        }
    }

    @Test func `a volume in quarantine is brought back by hand, and explained`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": "", "BERTH_JANITOR_QUARANTINE": "1h"]) { fleet in
            try await fleet.worker("worker")
            try await fleet.janitor()
            let id = try await fleet.reserve(disk: "work")
            let volume = try #require(try await fleet.heard(id, "active").volume)
            try await fleet.cancel(id)
            _ = try await until("quarantine") {
                try await fleet.volumes(of: id).first { $0.tags["berth-quarantined"] != nil }
            }
            // The disk is free long before the volume goes.
            let next = try await fleet.heard(try await fleet.reserve(disk: "work"), "active")
            #expect(next.diskIntent?["snapshot"]?.text != nil)

            let explained = try await fleet.succeed("berth-janitor", ["explain", volume])
            #expect(explained.output.contains("its work is saved"))
            #expect(explained.output.contains("berth-janitor undo"))
            let undone = try await fleet.succeed("berth-janitor", ["undo", volume, "--for", "1d"])
            #expect(undone.output.contains("is kept until"))
            let sweep = try await fleet.run("berth-janitor", ["sweep", "--output", "json"])
            #expect(sweep.exit == .code(0), "\(sweep.output) \(sweep.errors)")
            let kept = try #require(try await fleet.volumes(of: id).first)
            #expect(kept.id == volume)
            #expect(kept.tags["berth-quarantined"] == nil)
        }
    }

    @Test func `what is deleted comes back from its snapshot`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            try await fleet.janitor()
            let id = try await fleet.reserve(disk: "work")
            let volume = try #require(try await fleet.heard(id, "active").volume)
            try await fleet.write("ada's work", to: volume)
            try await fleet.cancel(id)
            try await fleet.noVolume(of: id)
            _ = try await until("it can be undone") {
                let undone = try await fleet.run("berth-janitor", ["undo", volume])
                return undone.exit == .code(0) ? undone : nil
            }
            let made = try #require(try await fleet.volumes(of: id).first)
            #expect(made.id != volume)
            #expect(made.content?.hasPrefix("ada's work") == true)
        }
    }

    @Test func `the budget of unexpected deletions stops all janitors until a person resumes them`()
        async throws
    {
        let settings = [
            "BERTH_EFS_SUBNETS": "", "BERTH_JANITOR_GRACE": "1s", "BERTH_JANITOR_BUDGET_FLOOR": "2",
        ]
        try await TestFleet.with(settings) { fleet in
            let worker = try await fleet.worker("worker")
            let id = try await fleet.reserve(disk: "work")
            let active = try await fleet.heard(id, "active")
            try await fleet.cancel(id)
            try await fleet.heard(id, "cancelled")
            await worker.kill()
            let fleetID = try #require(active.diskIntent?["tags"]?["berth-fleet"]?.text)
            // Volumes with its tag that its receipt knows nothing of.
            for _ in 1...4 {
                _ = try await fleet.foreignVolume(tags: ["berth-fleet": fleetID, "berth-reservation": id])
            }
            let stopped = try await until("the budget is spent") {
                let sweep = try await fleet.run("berth-janitor", ["sweep"])
                return sweep.exit == .code(12) ? sweep : nil
            }
            #expect(stopped.output.contains("held back"))
            #expect(try await fleet.volumes(of: id).count == 2)
            #expect(try await fleet.run("berth-janitor", ["sweep"]).exit == .code(12))
            try await fleet.succeed("berth-janitor", ["resume", "--reason", "these were planted"])
            _ = try await until("all are gone") {
                _ = try await fleet.run("berth-janitor", ["sweep", "--output", "html"])
                return try await fleet.volumes(of: id).isEmpty ? true : nil
            }
        }
    }
}
