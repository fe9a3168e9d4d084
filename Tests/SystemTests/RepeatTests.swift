import Testing

@Suite struct RepeatTests {
    @Test func `plain JSON without key and headers is enough, and three deliveries make one server`()
        async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("one")
            try await fleet.worker("two")
            let id = TestFleet.newID()
            let request = TestFleet.request(id, #""disk_name":"work""#)
            try await fleet.publish([request, request], to: .requests)
            try await fleet.heard(id, "active")
            // And once more, after it runs.
            let offsets = try await fleet.publish([request], to: .requests)
            let behind = TestFleet.newID()
            try await fleet.publish(
                [TestFleet.request(behind, #""no_persistent_disk":true"#)],
                to: .requests
            )
            // What follows on the same partition is worked off: so is the repeat.
            try await fleet.heard(behind, "active")

            #expect(offsets.count == 1)
            #expect(try await fleet.row(id)?.status == "active")
            #expect(try await fleet.counts()["volumes created"] == 1)
            #expect(try await fleet.pods(of: id).count == 1)
            #expect(try await fleet.pods(of: behind).count == 1)
        }
    }
}
