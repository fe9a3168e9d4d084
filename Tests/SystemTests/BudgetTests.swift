import Testing

@Suite struct BudgetTests {
    @Test func `a pod that is never scheduled fails within its budget, and its volume is saved and deleted`()
        async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": "", "BERTH_BUDGET_POD": "10s"]) { fleet in
            try await fleet.worker("worker")
            try await fleet.janitor()
            // All GPUs of the node are held from another namespace, which isn't counted by default.
            try await fleet.post(Self.squatter, toCluster: "/api/v1/namespaces/default/pods")
            let id = try await fleet.reserve(type: "h100", disk: "work")
            let failed = try await fleet.heard(id, "failed")
            let failure = try #require(failed.failure)
            #expect(failure.contains("wasn't ready within 10.0 seconds"))
            #expect(failure.contains("Unschedulable"))
            #expect(failed.trace["pod_create_start"] != nil)
            #expect(failed.trace["active"] == nil)
            #expect(failed.receipt?.outcome(of: "objects_deleted") == "done")
            #expect(failed.receipt?.outcome(of: "promise_ended") == "done")
            try await fleet.event(of: id, saying: "failed")

            let volume = try #require(failed.volume)
            try await fleet.noVolume(of: id)
            // A pod intent had named it, so it might have held work.
            let saved = try await fleet.snapshots().filter { $0.volumeID == volume }
            #expect(saved.map(\.state) == ["completed"])
            #expect(try await fleet.pods(of: id).isEmpty)
        }
    }

    private static let squatter = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"squatter"},"spec":{"nodeSelector":{"GpuType":"h100"},\
        "containers":[{"name":"main","image":"any","resources":{"limits":{"nvidia.com/gpu":"8"},\
        "requests":{"nvidia.com/gpu":"8"}}}]}}
        """
}
