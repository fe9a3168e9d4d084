import Testing

/// Scenario 17: two workers, one machine's GPUs.
@Suite struct QueueTests {
    @Test func `of two who want all GPUs at once one waits, and starts when the other ends`() async throws {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("one")
            try await fleet.worker("two")
            let rivals = [TestFleet.newID(), TestFleet.newID()]
            for id in rivals {
                try await fleet.reserve(id, type: "h100", with: ["--gpus", "8", "--no-persistent-disk"])
            }
            let first = try await until("one of them active") {
                for id in rivals where try await fleet.row(id)?.status == "active" { return id }
                return String?.none
            }
            let second = try #require(rivals.first { $0 != first })
            let waiting = try await fleet.row(second, is: "queued")
            #expect(waiting.owner == nil)
            #expect(waiting.diskIntent == nil)

            // One that was cancelled while it waits doesn't start later.
            let third = try await fleet.reserve(type: "h100", with: ["--no-persistent-disk"])
            try await fleet.row(third, is: "queued")
            try await fleet.cancel(third)
            try await fleet.heard(third, "cancelled")

            try await fleet.cancel(first)
            try await fleet.heard(first, "cancelled")
            try await fleet.heard(second, "active")
            #expect(try await fleet.pods(of: second).count == 1)
            #expect(try await fleet.counts()["pods"] == 1)
            #expect(try await fleet.row(third)?.status == "cancelled")
        }
    }
}
