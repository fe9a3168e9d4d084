import Foundation
import Reservations
import TestSupport
import Testing

/// Reports that are wrong, old, forged or many: each gets its answer, none deletes what it shouldn't.
@Suite("Bad reports") struct ForgeryTests {
    private func report(_ volume: VolumeID, _ number: Int = 1) -> OrphanReport {
        OrphanReport(
            volume: volume,
            reservation: Message.id(number),
            generation: 1,
            phase: "disk_create_start",
            cause: "forged"
        )
    }

    @Test func `a volume that never existed is answered as gone, in a few looks`() async throws {
        let world = World()
        let ghost = VolumeID(unchecked: "vol-00000000000000099")
        try await world.run {
            try await world.janitor().accept(report(ghost))
            world.startJanitor()
            try await world.until("answered") { world.ledger.peek(ghost)?.state == .gone }
            try await world.janitor().accept(report(ghost))
            #expect(world.ledger.peek(ghost)?.state == .gone)
        }
        #expect(world.ledger.peek(ghost)?.reasons == ["absent"])
        #expect(world.volumes.calls(of: "describe") < 40)
    }

    @Test func `ten thousand for one volume cost a bounded number of writes`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            let volume = try #require(world.ledger.peek(Message.id(1))?.volumeID)
            world.startJanitor()
            let janitor = world.janitor()
            let before = world.ledger.writes.count
            let start = world.time.monotonic()
            for number in 0..<10_000 {
                try await janitor.accept(report(volume))
                if number % 100 == 0 { try await world.time.sleep(for: .milliseconds(100)) }
            }
            let seconds = (world.time.monotonic() - start) / .seconds(1)
            #expect(Double(world.ledger.writes.count - before) < 10 + seconds)
            #expect(world.volumes.living.count == 1)
            try await world.until("answered") { world.ledger.peek(volume)?.reasons == ["alive"] }
        }
    }

    @Test func `a flood of forged ones is read together, and all end as gone`() async throws {
        let world = World()
        let count = 10_000
        try await world.run(within: .seconds(86_400)) {
            let janitor = world.janitor()
            for number in 1...count {
                try await janitor.accept(
                    report(VolumeID(unchecked: "vol-\(String(format: "%017d", number + 500))"))
                )
            }
            world.startJanitor()
            try await world.until("all answered", within: .seconds(7200)) {
                world.ledger.openCleanups == 0
            }
        }
        #expect(world.ledger.allCleanups.count == count)
        #expect(world.ledger.allCleanups.allSatisfy { $0.state == .gone })
        // Each is looked at some twenty times until it counts as gone, two hundred at a time.
        #expect(world.volumes.calls(of: "describe") < count * 20 / 200 * 2)
    }

    @Test func `of a volume that bears another's tag, the tag is believed, not the report`() async throws {
        let world = World()
        world.ledger.plant(World.ended(2))
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(Message.id(1), is: .active)
            let volume = try #require(world.ledger.peek(Message.id(1))?.volumeID)
            try await world.janitor().accept(report(volume, 2))
            world.startJanitor()
            try await world.until("answered") { world.ledger.peek(volume)?.state == .kept }
            #expect(world.volumes.living.map(\.id) == [volume])
        }
    }

    @Test func `a report from last year finds its volume long gone`() async throws {
        let world = World()
        try await world.run {
            try await world.end(Message.id(1))
            world.startJanitor()
            try await world.until("recorded") { world.ledger.allCleanups.first?.state == .deleted }
            let row = try #require(world.ledger.allCleanups.first)
            try await world.janitor().accept(report(row.volume))
            #expect(world.ledger.peek(row.volume) == row)
        }
    }
}
