import Foundation
import Reservations
import TestSupport
import Testing

@Suite("A second witness before a server is lost") struct WitnessTests {
    private let id = Message.id(1)

    @Test func `a worker that sees another cluster ends no server, and stops`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            _ = await one.send(Message.request(1))
            try await world.until(id, is: .active)
            // The others are gone; this one's kubeconfig leads to an empty cluster.
            one.stop()
            try await world.time.sleep(for: .seconds(5))
            world.pods.become("another-cluster", empty: true)
            let two = try await world.worker("worker-2")
            try await world.until("it stops") { two.hasEnded }
            #expect(two.worker.complaint?.contains("another-cluster") == true)
            #expect(world.ledger.peek(id)?.status == .active)
        }
    }

    @Test func `a table that doesn't say is no witness`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            _ = await one.send(Message.request(1))
            try await world.until(id, is: .active)
            world.pods.become(nil, empty: true)
            try await world.time.sleep(for: .seconds(120))
            #expect(world.ledger.peek(id)?.status == .active)
            #expect(one.worker.standing == .alive)
            world.pods.become("cluster-1", empty: true)
            try await world.until(id, is: .failed)
        }
        #expect(world.ledger.peek(id)?.failureReason == "the server was lost: its pod was deleted")
    }

    /// Scenario 25.
    @Test func `a server that dies is noticed within a second, and the reason is told`() async throws {
        let world = World()
        try await world.run {
            _ = try await world.worker("worker-1").send(Message.request(1))
            _ = try await world.worker("worker-2")
            try await world.until(id, is: .active)
            try await world.time.sleep(for: .seconds(100))
            let diedAt = world.time.monotonic()
            world.pods.endPod(of: id, because: "Failed", loss: "it was evicted: out of disk")
            try await world.until("noticed") { world.ledger.peek(id)?.status != .active }
            #expect(world.time.monotonic() - diedAt <= .seconds(1))
            try await world.until(id, is: .failed)
        }
        let row = try #require(world.ledger.peek(id))
        #expect(row.failureReason == "the server was lost: it was evicted: out of disk")
        let promises = world.ledger.allCapacity.filter { !$0.promises.isEmpty }
        #expect(promises.isEmpty)
    }
}
