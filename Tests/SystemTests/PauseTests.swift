import Foundation
import Glibc
import Testing

/// Scenario 21: a worker that is paused past its death and wakes up.
@Suite struct PauseTests {
    @Test(
        "a worker paused past its lease is declared dead, and ends by itself when it wakes",
        arguments: ["volume-created", "pod-intent-written"]
    )
    func pausedPastItsDeath(_ point: String) async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            let (paused, id) = try await pause(at: point, on: fleet)
            try await fleet.worker("next")
            let active = try await fleet.heard(id, "active")
            #expect(paused.ended == nil)

            paused.send(SIGCONT)
            #expect(try await paused.end(within: .seconds(20)) == .code(75))
            let after = try #require(try await fleet.row(id))
            #expect(after.status == "active")
            #expect(after.volume == active.volume)
            #expect(try await fleet.volumes(of: id).map(\.id) == [active.volume].compactMap(\.self))
            #expect(try await fleet.counts()["volumes created"] == 1)
            #expect(try await fleet.pods(of: id).count == 1)

            try await fleet.janitor()
            try await fleet.cancel(id)
            try await fleet.heard(id, "cancelled")
            try await fleet.noVolume(of: id)
            #expect(try await fleet.counts()["pods"] == 0)
        }
    }

    @Test(
        "what a worker does that was paused before a cancel is undone, whatever it still starts",
        arguments: ["intent-written", "volume-created", "anchor-made", "keys-made", "pod-intent-written"]
    )
    func pausedBeforeACancel(_ point: String) async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            let (paused, id) = try await pause(at: point, on: fleet)
            try await fleet.worker("next")
            try await fleet.janitor()
            try await fleet.cancel(id)
            let ended = try await fleet.heard(id, "cancelled")
            #expect(ended.receipt?.outcome(of: "objects_deleted") == "done")
            #expect(ended.receipt?.outcome(of: "intent_settled") == "done")

            paused.send(SIGCONT)
            #expect(try await paused.end(within: .seconds(20)) == .code(75))
            #expect(try await fleet.row(id)?.status == "cancelled")
            try await fleet.noVolume(of: id)
            let counts = try await until("nothing in the cluster is left") {
                let counts = try await fleet.counts()
                let kinds = ["pods", "services", "secrets", "configmaps", "persistentvolumeclaims"]
                return kinds.allSatisfy { counts[$0] == 0 } ? counts : nil
            }
            #expect(counts["persistentvolumes"] == 0)
            #expect(counts["volumes created"] == 1)

            // The disk is free, and so is the GPU.
            let again = try await fleet.heard(try await fleet.reserve(disk: "work"), "active")
            #expect(again.mounted != nil)
        }
    }

    /// A reservation whose only worker was stopped at a place.
    private func pause(at point: String, on fleet: TestFleet) async throws -> (Child, String) {
        let mark = "\(fleet.folder)/mark"
        let paused = try await fleet.worker(
            "paused",
            ["BERTH_STOP_AT": point, "BERTH_CHECKPOINT_MARK": mark]
        )
        let id = try await fleet.reserve(disk: "work")
        _ = try await until("the pause at \(point)") {
            FileManager.default.fileExists(atPath: mark) ? true : nil
        }
        return (paused, id)
    }
}
