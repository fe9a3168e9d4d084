import Testing

@Suite struct TraceTests {
    private struct Report: Decodable {
        struct Span: Decodable {
            let name: String
            let start: Double
            let seconds: Double
        }

        let spans: [Span]
        let total_seconds: Double
        let overlap_saved_seconds: Double
        let bound_seconds: Double
        let ratio: Double
        let id_write_seconds: Double
    }

    @Test func `the disk is made while keys and storage are set up, and the trace says so`() async throws {
        try await TestFleet.with { fleet in
            try await fleet.worker("worker")
            try await fleet.fault(["--service", "github", "--operation", "keys", "--delay", "1500"])
            let id = try await fleet.reserve(disk: "work")
            let row = try await fleet.heard(id, "active")

            let orders = [
                ["received", "admitted", "capacity_promised", "disk_create_start", "volume_id_write_start"],
                ["volume_id_write_start", "volume_id_write_end", "github_keys_fetch_start"],
                ["github_keys_fetch_start", "github_keys_fetch_end", "disk_wait_start"],
                ["volume_id_write_end", "efs_setup_start", "efs_setup_end", "disk_wait_start"],
                ["disk_wait_start", "disk_create_end", "pod_create_start", "pod_create_end"],
                ["pod_create_end", "ssh_ready_check_start", "ssh_ready_check_end", "active"],
            ]
            for order in orders {
                let times = try order.map { try #require(row.trace[$0], "no \($0) in the trace") }
                #expect(times == times.sorted(), "\(order) are out of order: \(times)")
            }
            // Keys and storage run side by side.
            let trace = row.trace
            let keys = try #require(trace["github_keys_fetch_start"])
            #expect(keys < trace["efs_setup_end"] ?? 0)
            #expect(trace["efs_setup_start"] ?? .infinity < trace["github_keys_fetch_end"] ?? 0)

            let report = try await fleet.succeed("berth", ["trace", id, "--output", "json"]).json(Report.self)
            let create = try #require(report.spans.first { $0.name == "disk_create" })
            let wait = try #require(report.spans.first { $0.name == "disk_wait" })
            #expect(abs(create.seconds - wait.seconds - report.overlap_saved_seconds) < 0.001)
            #expect(report.overlap_saved_seconds > 1)
            #expect(wait.seconds < 1)
            #expect(report.total_seconds >= report.bound_seconds)
            #expect(report.ratio >= 1)
            #expect(report.id_write_seconds < 1)

            // The pod was ready, so the first poll or the second met SSH.
            let check = try #require(report.spans.first { $0.name == "ssh_ready_check" })
            #expect(check.seconds < 3.5)

            let drawn = try await fleet.succeed("berth", ["trace", id]).output
            #expect(drawn.contains("disk_create less disk_wait"))
        }
    }
}
