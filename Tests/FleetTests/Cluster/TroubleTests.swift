import Fleet
import Reservations
import Testing

@Suite("What the cluster's events say of a pod's disk") struct TroubleTests {
    let bench = ClusterBench()

    private func put(_ name: String, _ reason: String, _ message: String, at time: String) {
        bench.server.put(
            "\(ClusterBench.namespace)/events/\(name)",
            bench.object(
                "Event",
                name,
                ["reason": .text(reason), "message": .text(message), "lastTimestamp": .text(time)]
            )
        )
    }

    @Test func `the last of them counts, and what isn't about the disk doesn't`() async {
        #expect(await bench.host.trouble(of: bench.names) == nil)
        put("one", "FailedAttachVolume", "Multi-Attach error\nfor volume", at: "2026-09-21T00:00:05Z")
        put("two", "Scheduled", "assigned", at: "2026-09-21T00:00:09Z")
        #expect(await bench.host.trouble(of: bench.names) == "FailedAttachVolume: Multi-Attach error")
        put("three", "FailedMount", "wrong fs type", at: "2026-09-21T00:00:07Z")
        #expect(await bench.host.trouble(of: bench.names) == "FailedMount: wrong fs type")
        put("four", "SuccessfulAttachVolume", "attached", at: "2026-09-21T00:00:08Z")
        #expect(await bench.host.trouble(of: bench.names) == nil)
    }

    @Test func `events that can't be read hint at nothing`() async {
        put("one", "FailedMount", "wrong fs type", at: "2026-09-21T00:00:05Z")
        bench.server.fail("/events", with: 403)
        #expect(await bench.host.trouble(of: bench.names) == nil)
    }
}
