import Reservations
import TestSupport
import Testing

@Suite("EC2's leave to make a disk") struct CreateGateTests {
    @Test func `a burst passes, and then the rate, which the living workers share`() async throws {
        let time = TestTime()
        let gate = CreateGate(rate: 5, burst: 100, time: time)
        gate.share(among: 4)
        for _ in 0..<25 { #expect(gate.take() == .zero) }
        // 5 a second among four: one each 0.8 s.
        for wait in [0.8, 1.6] { #expect(abs(gate.take() / .seconds(1) - wait) < 0.001) }
        gate.share(among: 1)
        #expect(abs(gate.take() / .seconds(1) - 0.6) < 0.001)
    }

    /// Scenario 39.
    @Test func `two hundred requests at once keep to the rate, and none loses its disk`() async throws {
        var settings = WorkerSettings()
        settings.createBurst = 10
        settings.createRate = 5
        settings.maxInFlight = 300
        let world = World(settings: settings)
        world.pods.setNodes((1...50).map { World.node("node-\($0)") })
        try await world.run {
            let worker = try await world.worker()
            for number in 1...200 {
                let user = UserID(unchecked: "user-\(number)")
                #expect(await worker.send(Message.request(number, user: user)) == .done)
            }
            try await world.until("all are active") {
                world.ledger.allReservations.allSatisfy { $0.status == .active }
            }
        }
        #expect(world.volumes.all.count == 200)
        #expect(world.ledger.allReservations.allSatisfy { $0.podIntent?.storage.volume == $0.volumeID })
        let begun = world.ledger.allReservations.compactMap {
            $0.trace[TraceEvent.volumeIDWriteStart.rawValue]
        }
        let first = try #require(begun.min())
        let last = try #require(begun.max())
        #expect(last - first >= 37)
    }

    @Test func `a zone without room for the disk sends it to another zone, disk and node`() async throws {
        let world = World()
        world.pods.setNodes([World.node("node-1"), World.node("node-2", zone: "zone-b")])
        world.volumes.trouble(.fail(VolumeError(.noCapacityInZone, "no room")))
        let row = try await world.provision(until: .active)
        let volume = try #require(row.volumeID)
        #expect(row.podIntent?.storage == .volume(volume, generation: 2))
        #expect(row.promise?.zone == "zone-b")
        #expect(row.diskIntent?.zone == "zone-b")
        #expect(world.ledger.allCapacity.filter { !$0.promises.isEmpty }.map(\.node) == ["node-2"])
        #expect(row.warning == nil)
        #expect(world.ledger.peek(World.key)?.holder?.generation == 2)
    }

    @Test func `a throttled EC2 costs waiting, never the disk`() async throws {
        let world = World()
        let refusal = VolumeError(.tryLater, "RequestLimitExceeded")
        // Longer than any disk's budget, several times over.
        for _ in 0..<900 { world.volumes.trouble(.fail(refusal)) }
        let row = try await world.provision(until: .active)
        #expect(row.podIntent?.storage.volume != nil)
        #expect(row.diskGeneration > 3)
        #expect(world.volumes.all.count == 1)
    }
}
