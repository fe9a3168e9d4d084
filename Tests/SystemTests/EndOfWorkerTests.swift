import Glibc
import Testing

@Suite struct EndOfWorkerTests {
    @Test func `SIGTERM is a death of its own writing: another adopts at once, long before a lease`()
        async throws
    {
        // With this lease nobody could be declared dead within the test.
        let slow = ["BERTH_LEASE_LENGTH": "120s", "BERTH_EFS_SUBNETS": ""]
        try await TestFleet.with(slow) { fleet in
            let leaving = try await fleet.worker("leaving")
            try await fleet.fault(
                ["--service", "github", "--operation", "keys", "--delay", "30000", "--times", "1"]
            )
            let id = try await fleet.reserve(disk: "work")
            let before = try await fleet.row(id, "has its volume") { $0.volume != nil }
            try await fleet.worker("staying")

            let clock = ContinuousClock()
            let told = clock.now
            leaving.send(SIGTERM)
            #expect(try await leaving.end(within: .seconds(12)) == .code(0))
            let adopted = try await fleet.row(id, "is adopted") { $0.fence > before.fence }
            // Not even the call that it waited for holds it up.
            #expect(clock.now - told < .seconds(15))
            #expect(adopted.owner != before.owner)
            let active = try await fleet.heard(id, "active")
            #expect(active.volume == before.volume)
            #expect(try await fleet.counts()["volumes created"] == 1)
        }
    }
}
