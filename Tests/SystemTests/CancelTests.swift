import Kafka
import Testing

@Suite struct CancelTests {
    @Test func `a cancel in the middle of creation comes back with a receipt, and leaves nothing`()
        async throws
    {
        try await TestFleet.with { fleet in
            try await fleet.worker("worker")
            try await fleet.janitor()
            // Keys that take their time hold the reservation in phase 2.
            try await fleet.fault(["--service", "github", "--operation", "keys", "--delay", "15000"])
            let id = try await fleet.reserve(disk: "work")
            let preparing = try await fleet.row(id, "has its volume") { $0.volume != nil }
            #expect(preparing.status == "preparing")

            try await fleet.cancel(id)
            let ended = try await fleet.heard(id, "cancelled")
            let receipt = try #require(ended.receipt)
            #expect(receipt.by == TestFleet.user)
            #expect(receipt.outcome(of: "intent_settled") == "done")
            #expect(receipt.outcome(of: "objects_deleted") == "done")
            #expect(receipt.outcome(of: "promise_ended") == "done")
            #expect(receipt.outcome(of: "lock_ended") == "done")
            #expect(receipt.outcome(of: "volume_reported") == "left_to_janitor")
            let event = try await fleet.event(of: id, saying: "cancelled")
            #expect(event["receipt"]?["cause"] == .string("cancelled"))
            try await fleet.noVolume(of: id)
            // No pod was ever meant to have it, so there is nothing to save.
            #expect(try await fleet.snapshots().isEmpty)

            // The disk is free: another reservation of it starts.
            try await fleet.clearFaults()
            let second = try await fleet.reserve(disk: "work")
            let active = try await fleet.heard(second, "active")
            #expect(active.mounted != nil)
            #expect(active.warning == nil)
        }
    }

    @Test func `a cancel that is read before its request wins, and a stranger's doesn't count`() async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            let own = TestFleet.newID()
            let foreign = TestFleet.newID()
            try await fleet.publish(
                [TestFleet.cancellation(own), TestFleet.cancellation(foreign, user: "mallory")],
                to: .commands
            )
            for id in [own, foreign] { try await fleet.row(id, is: "awaited") }

            try await fleet.publish(
                [TestFleet.request(own), TestFleet.request(foreign, #""disk_name":"work""#)],
                to: .requests
            )
            let ended = try await fleet.heard(own, "cancelled")
            #expect(ended.receipt?.cause == "cancelled before its request came")
            #expect(ended.diskIntent == nil)
            try await fleet.event(of: own, saying: "cancelled")
            #expect(try await fleet.volumes(of: own).isEmpty)

            let active = try await fleet.heard(foreign, "active")
            #expect(active.mounted != nil)

            // Nor does a stranger's later on: it goes to berth.dead, and the server stays.
            try await fleet.publish([TestFleet.cancellation(foreign, user: "mallory")], to: .commands)
            let letter = try #require(try await fleet.messages(on: .dead, count: 1).first)
            #expect(letter.header("berth-dead-reason")?.text?.contains("belongs to somebody else") == true)
            #expect(try await fleet.row(foreign)?.status == "active")
        }
    }
}
