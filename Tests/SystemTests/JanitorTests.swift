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
        arguments: ["save-id-written", "snapshot-started", "head-moved", "verdict-stored", "volume-deleted"]
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
}
