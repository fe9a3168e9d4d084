import Foundation
import Reservations
import TestSupport
import Testing

/// EC2's odd answers, beside those in DiskTroubleTests and LateTests: each with what it must come to.
@Suite("EC2's odd answers") struct OddAnswersTests {
    private static var token: String {
        DiskIntent.token(fleet: World.fleet, reservation: Message.id(1), generation: 1)
    }

    /// aws-ebs-csi-driver 1951 and 2075: a mismatch may only mean that the first call is still in flight.
    @Test func `a mismatch while the first call is in flight is no burnt token: its volume is adopted`()
        async throws
    {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            // The first call has arrived and its worker dies; the repeat meets it in flight.
            world.volumes.trouble(.slow(.seconds(40)))
            world.volumes.trouble(.fail(VolumeError(.tokenMismatch, "used with other parameters")))
            world.simulation.start { _ = await one.send(Message.request(1)) }
            try await world.until("the first call arrived") { world.volumes.all.count == 1 }
            one.kill()
            _ = try await world.worker("worker-2")
            try await world.until(Message.id(1), is: .active)
        }
        let row = try #require(world.ledger.peek(Message.id(1)))
        #expect(row.diskGeneration == 1)
        #expect(world.volumes.all.map(\.id) == [row.volumeID])
    }

    /// EC2 forgets tokens after about twelve hours: then a repeat would make a second volume.
    @Test(arguments: [true, false])
    func `a token older than it is trusted is never sent again: the tag decides`(exists: Bool) async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            if exists {
                world.checkpoints.at(.volumeCreated) { one.kill() }
            } else {
                world.checkpoints.at(.intentWritten) { one.kill() }
            }
            world.simulation.start { _ = await one.send(Message.request(1)) }
            try await world.until("it was killed") { world.ledger.peek(Message.id(1))?.diskIntent != nil }
            try await world.time.sleep(for: .seconds(7 * 3600))
            world.volumes.forgetTokens()
            let calls = world.volumes.calls(of: "create")
            _ = try await world.worker("worker-2")
            // Its budget is long over: what matters is which calls were made.
            try await world.until(Message.id(1), is: .active, .failed)
            #expect(world.volumes.calls(of: "create") == calls)
        }
        #expect(world.volumes.all.count == (exists ? 1 : 0))
    }

    @Test(arguments: ["VolumeLimitExceeded", "RequestLimitExceeded"])
    func `a quota or a throttle on the repeat proves nothing about the first call`(code: String) async throws
    {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            world.checkpoints.at(.volumeCreated) { one.kill() }
            world.simulation.start { _ = await one.send(Message.request(1)) }
            try await world.until("it is made") { world.volumes.all.count == 1 }
            for _ in 0..<3 { world.volumes.trouble(.fail(VolumeError(.tryLater, code))) }
            _ = try await world.worker("worker-2")
            try await world.until(Message.id(1), is: .active)
        }
        let row = try #require(world.ledger.peek(Message.id(1)))
        #expect(world.volumes.all.map(\.id) == [row.volumeID])
        #expect(row.warning == nil)
    }

    /// kubernetes/kubernetes 77389: a newer answer, then an older one.
    @Test func `an id that was seen and then isn't is looked for again`() async throws {
        let world = World()
        world.volumes.setTiming { $0.creating = .seconds(20) }
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until("it was seen") { world.volumes.calls(of: "describe") >= 2 }
            let id = try #require(world.volumes.all.first?.id)
            world.volumes.hide(id, for: .seconds(10))
            try await world.until(Message.id(1), is: .active)
        }
        #expect(world.ledger.peek(Message.id(1))?.diskGeneration == 1)
        #expect(world.volumes.all.count == 1)
    }

    /// aws-ebs-csi-driver 3010: KMS is asked after the answer; the token is burnt with the volume.
    @Test func `a ghost whose token then answers mismatch costs a generation, and no disk`() async throws {
        let world = World()
        world.volumes.trouble(.ghost)
        try await world.run {
            let one = try await world.worker("worker-1")
            // It dies before the id is written: who comes next sends the token again.
            world.checkpoints.at(.volumeCreated) {
                world.volumes.burn(Self.token)
                one.kill()
            }
            world.simulation.start { _ = await one.send(Message.request(1)) }
            try await world.until("it was killed") { world.checkpoints.reached.contains(.volumeCreated) }
            _ = try await world.worker("worker-2")
            try await world.until(Message.id(1), is: .active)
        }
        let row = try #require(world.ledger.peek(Message.id(1)))
        #expect(row.diskGeneration == 2)
        #expect(row.podIntent?.storage.volume == world.volumes.all.first?.id)
    }

    /// A reservation that waited for an hour is as fresh as any once its GPUs are there.
    @Test func `time in the queue doesn't count against the budget of its preparing`() async throws {
        let world = World()
        world.pods.setNodes([World.node("node-1", gpus: 1)])
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            _ = await worker.send(Message.request(2, user: Message.bob))
            try await world.until(Message.id(2), is: .queued)
            try await world.time.sleep(for: world.settings.reservationBudget + .seconds(600))
            _ = await worker.cancel(Message.id(1))
            try await world.until(Message.id(2), is: .active)
        }
    }
}
