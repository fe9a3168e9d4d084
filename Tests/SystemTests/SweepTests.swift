import Testing

@Suite struct SweepTests {
    private struct Report: Decodable {
        let deleted: [String]
        let open: [String]
    }

    @Test func `a sweep finds the volume that an ended reservation left, and touches nobody else's`()
        async throws
    {
        try await TestFleet.with(["BERTH_EFS_SUBNETS": "", "BERTH_JANITOR_GRACE": "1s"]) { fleet in
            let worker = try await fleet.worker("worker")
            let living = try await fleet.reserve(disk: "living")
            let active = try await fleet.heard(living, "active")

            try await fleet.fault(["--service", "github", "--operation", "keys", "--delay", "20000"])
            let ended = try await fleet.reserve(disk: "ended")
            let left = try #require(
                try await fleet.row(ended, "has its volume") { $0.volume != nil }.volume
            )
            try await fleet.cancel(ended)
            try await fleet.heard(ended, "cancelled")
            await worker.kill()
            // No janitor ran: the volume is still there.
            #expect(try await fleet.volumes(of: ended).map(\.id) == [left])

            let foreign = try await fleet.foreignVolume(
                tags: ["berth-fleet": "fleet-0123456789abcdef", "berth-reservation": ended]
            )
            let untagged = try await fleet.foreignVolume(tags: [:])
            let owned = [foreign, untagged, try #require(active.volume)]

            // While the volume is younger than the grace period a sweep keeps it and has nothing to do.
            let first = try await until("a sweep after the grace period") {
                let sweep = try await fleet.run("berth-janitor", ["sweep", "--output", "json"])
                return sweep.exit == .code(0) ? nil : sweep
            }
            #expect(first.exit == .code(10), "\(first.errors)")
            #expect(try first.json(Report.self).deleted == [left])
            let second = try await fleet.run("berth-janitor", ["sweep", "--output", "json"])
            #expect(second.exit == .code(0), "\(second.errors)")
            #expect(try second.json(Report.self).deleted.isEmpty)
            #expect(Set(try await fleet.volumes().map(\.id)) == Set(owned))

            // Forged reports change nothing: the janitor judges by the volume's own tags.
            try await fleet.janitor()
            try await fleet.publish(owned.map { Self.report($0, of: ended) }, to: .orphaned)
            try await judged(owned, on: fleet)
            #expect(Set(try await fleet.volumes().map(\.id)) == Set(owned))
        }
    }

    /// Waits until the janitor's log has a verdict on each.
    private func judged(_ volumes: [String], on fleet: TestFleet) async throws {
        let janitor = try #require(fleet.process("janitor"))
        for volume in volumes {
            _ = try await until("a verdict on \(volume)") {
                let lines = janitor.log.split(separator: "\n")
                return lines.first { $0.contains(volume) && $0.contains("verdict") }
            }
        }
    }

    private static func report(_ volume: String, of reservation: String) -> String {
        """
        {"volume_id":"\(volume)","reservation_id":"\(reservation)","generation":1,"phase":"disk_create_start",\
        "cause":"forged"}
        """
    }
}
