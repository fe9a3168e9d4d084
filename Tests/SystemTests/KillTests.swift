import Glibc
import Testing

/// `kill -9` at every border between phases; see the design's section 8.
@Suite struct KillTests {
    @Test(
        "a worker killed in the middle is followed by another, with the same volume and the same pod",
        arguments: [
            "admitted", "intent-written", "volume-created", "volume-id-written", "anchor-made",
            "anchor-written", "keys-made", "disk-ready", "pod-intent-written", "pod-posted", "pod-ready",
            "ssh-answered", "active",
        ]
    )
    func killedWhilePreparing(_ point: String) async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            let doomed = try await fleet.worker("doomed", ["BERTH_KILL_AT": point])
            let id = try await fleet.reserve(disk: "work")
            #expect(try await doomed.end(within: .seconds(40)) == .signal(9))
            let left = try await fleet.volumes(of: id)
            let before = try await fleet.row(id)
            #expect(before != nil)

            try await fleet.worker("next")
            let after = try await fleet.heard(id, "active")
            #expect(after.owner == nil)
            try await fleet.event(of: id, saying: "active")

            let volumes = try await fleet.volumes(of: id)
            #expect(volumes.map(\.id) == [after.volume].compactMap(\.self))
            #expect(after.mounted == after.volume)
            if let made = left.first { #expect(made.id == after.volume) }
            #expect(try await fleet.counts()["volumes created"] == 1)
            #expect(try await fleet.pods(of: id).count == 1)
            // Whoever went on did so under a fence of its own.
            if point != "active" { #expect(after.fence > (before?.fence ?? 0)) }
        }
    }

    @Test(
        "a worker killed while it ends a reservation is followed by another, and nothing is left",
        arguments: ["ending-written", "anchor-deleted", "end-written"]
    )
    func killedWhileEnding(_ point: String) async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            let doomed = try await fleet.worker("doomed", ["BERTH_KILL_AT": point])
            try await fleet.janitor()
            let id = try await fleet.reserve(disk: "work")
            try await fleet.heard(id, "active")
            try await fleet.cancel(id)
            #expect(try await doomed.end(within: .seconds(40)) == .signal(9))

            try await fleet.worker("next")
            let ended = try await fleet.heard(id, "cancelled")
            #expect(ended.receipt?.by == TestFleet.user)
            #expect(ended.receipt?.outcome(of: "objects_deleted") == "done")
            #expect(ended.receipt?.outcome(of: "promise_ended") == "done")
            let event = try await fleet.event(of: id, saying: "cancelled")
            #expect(event["receipt"]?["cause"] == .string("cancelled"))

            try await fleet.noVolume(of: id)
            let counts = try await fleet.counts()
            #expect(counts["pods"] == 0)
            #expect(counts["services"] == 0)
            #expect(counts["secrets"] == 0)
            #expect(counts["configmaps"] == 0)
            #expect(counts["persistentvolumes"] == 0)
            #expect(counts["volumes created"] == 1)
        }
    }

    /// Scenario 24.
    @Test func `everybody dies at once, and those who come next finish all of it`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            let dying = [
                try await fleet.worker("one"), try await fleet.worker("two"),
                try await fleet.janitor("first"),
            ]
            let running = try await fleet.reserve(disk: "running")
            try await fleet.heard(running, "active")
            // One is held at its keys, one was just asked for, one is about to end.
            try await fleet.fault(
                [
                    "--service", "github", "--operation", "keys", "--delay", "8000", "--times", "1",
                ]
            )
            let halfway = try await fleet.reserve(disk: "halfway")
            try await fleet.row(halfway, "has its volume") { $0.volume != nil }
            try await fleet.cancel(running)
            let fresh = try await fleet.reserve(disk: "fresh")
            for process in dying { process.send(SIGKILL) }
            for process in dying { #expect(try await process.end(within: .seconds(5)) == .signal(9)) }

            try await fleet.worker("three")
            try await fleet.worker("four")
            try await fleet.janitor("second")
            for id in [halfway, fresh] {
                let row = try await fleet.heard(id, "active")
                #expect(try await fleet.volumes(of: id).map(\.id) == [row.mounted].compactMap(\.self))
                #expect(try await fleet.pods(of: id).count == 1)
            }
            try await fleet.heard(running, "cancelled")
            try await fleet.noVolume(of: running)
            #expect(try await fleet.counts()["volumes created"] == 3)
            #expect(try await fleet.counts()["pods"] == 2)
        }
    }
}
