import Foundation
import Reservations
import TestSupport
import Testing

@Suite("A sweep over everything") struct SweepTests {
    private func tags(_ number: Int, fleet: String? = World.fleet.rawValue) -> [String: String] {
        var tags = [VolumeTag.reservation: Message.id(number).rawValue, VolumeTag.generation: "1"]
        tags[VolumeTag.fleet] = fleet
        return tags
    }

    @Test func `what lives is kept, and the sweep comes to its end`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.isComplete)
            #expect(report.kept == 1)
            #expect(report.deleted.isEmpty)
        }
        // What a running server has needs no row.
        #expect(world.ledger.allCleanups.isEmpty)
    }

    @Test func `a kept volume is taken up again when its reservation has ended`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            _ = try await world.janitor().sweep(within: .seconds(60))
            _ = await worker.cancel(Message.id(1))
            try await world.until(Message.id(1), is: .cancelled)
            world.startJanitor()
            try await world.until("the volume is gone") { world.volumes.living.isEmpty }
        }
        world.auditEmptiness()
    }

    @Test func `young, foreign and rowless volumes are kept, an old orphan goes`() async throws {
        let world = World()
        var ended = Reservation(
            id: Message.id(1),
            request: Message.request(1),
            status: .failed,
            createdAt: TestTime.start
        )
        ended.receipt = Receipt(startedAt: TestTime.start, cause: "")
        world.ledger.plant(ended)
        let old = world.volumes.plantVolume(tags: tags(1))
        let young = world.volumes.plantVolume(tags: tags(1), age: .seconds(60))
        let foreign = world.volumes.plantVolume(tags: tags(1, fleet: "fleet-2"))
        let rowless = world.volumes.plantVolume(tags: tags(9))
        try await world.run {
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.deleted == [old])
            #expect(report.isComplete)
        }
        #expect(world.volumes.living.map(\.id) == [young, foreign, rowless])
        #expect(world.ledger.peek(foreign) == nil)
    }

    @Test func `another fleet's janitor touches nothing`() async throws {
        let world = World()
        world.volumes.plantVolume(tags: tags(1))
        try await world.run {
            let janitor = world.janitor(fleet: FleetID(unchecked: "fleet-2"))
            let report = OrphanReport(
                volume: try #require(world.volumes.living.first?.id),
                reservation: Message.id(1),
                generation: 1,
                phase: "",
                cause: "forged"
            )
            try await janitor.accept(report)
            try await world.time.sleep(for: .seconds(1))
            _ = try await janitor.workOffDue()
            _ = try await janitor.sweep(within: .seconds(30))
        }
        #expect(world.volumes.living.count == 1)
        #expect(world.ledger.allCleanups.map(\.state) == [.kept])
    }

    @Test func `one volume's trouble doesn't keep the others from being judged`() async throws {
        let world = World()
        for number in 1...3 {
            world.ledger.plant(
                Reservation(
                    id: Message.id(number),
                    request: Message.request(number),
                    status: .failed,
                    createdAt: TestTime.start
                )
            )
            world.volumes.plantVolume(tags: tags(number))
        }
        world.ledger.spoil(Message.id(1))
        try await world.run {
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.deleted.count == 2)
            #expect(report.open.count == 1)
            #expect(!report.isComplete)
        }
    }

    @Test func `a listing that fails is an error, not an empty fleet`() async throws {
        let world = World()
        world.volumes.fail(.list, VolumeError(.tryLater, "throttled"))
        try await world.run {
            await #expect(throws: VolumeError.self) {
                _ = try await world.janitor().sweep(within: .seconds(60))
            }
        }
    }
}
