import Foundation
import Reservations
import TestSupport
import Testing

/// What the janitor's last write says, and when rows may go.
@Suite("A volume is done with") struct ClosingTests {
    private let id = Message.id(1)

    @Test func `the row may go only once its volume is gone and what must be heard was heard`() async throws {
        let world = World()
        try await world.run {
            try await world.end(id)
            let ended = try #require(world.ledger.peek(id))
            #expect(ended.status.isTerminal)
            // Its volume still stands: nothing but the row knows whose it is.
            #expect(ended.purgeAt == nil)
            world.startJanitor()
            try await world.until("recorded") { world.ledger.allCleanups.first?.state == .deleted }
        }
        let row = try #require(world.ledger.peek(id))
        let cleanup = try #require(world.ledger.allCleanups.first)
        let closing = try #require(row.receipt?.closings?.first)
        #expect(closing.volume == cleanup.volume)
        #expect(closing.end == .deleted)
        #expect(closing.snapshot == world.ledger.peek(World.key)?.head)
        let purgeAt = try #require(row.purgeAt)
        #expect(purgeAt.timeIntervalSince(closing.at) >= world.policy.purgeAfter / .seconds(1) - 1)
        // The evidence stays as long.
        #expect(cleanup.purgeAt.map { abs(Double($0) - purgeAt.timeIntervalSince1970) < 2 } == true)
        #expect(!cleanup.evidence.isEmpty)
    }

    @Test func `a row whose end nobody has heard stays, and goes once the sweep has published it`()
        async throws
    {
        let world = World()
        var silent = World.ended(1)
        silent.unpublished = [.status]
        let volume = world.volumes.plantVolume(tags: World.tags(1))
        silent.receipt?.volumes = [volume]
        world.ledger.plant(silent)
        try await world.run {
            try await world.janitor().accept(World.report(volume, of: 1))
            for _ in 1...5 {
                _ = try await world.janitor().workOffDue()
                try await world.time.sleep(for: .seconds(10))
            }
            #expect(world.ledger.peek(volume)?.state == .deleted)
            #expect(world.ledger.peek(id)?.receipt?.isSettled == true)
            #expect(world.ledger.peek(id)?.purgeAt == nil)
            let report = try await world.janitor().sweep(within: .seconds(10))
            #expect(report.published == [id])
        }
        #expect(world.ledger.peek(id)?.purgeAt != nil)
    }

    @Test func `a volume that is lost with its work enters the receipt as lost`() async throws {
        let world = World()
        try await world.run {
            try await world.end(id)
            let volume = try #require(world.volumes.living.first?.id)
            world.volumes.vanish(volume)
            world.startJanitor()
            try await world.until("settled", within: .seconds(7200)) {
                world.ledger.peek(volume)?.state == .gone
            }
            #expect(world.ledger.peek(id)?.receipt?.closings?.map(\.end) == [.lost])
        }
        #expect(world.ledger.peek(World.key)?.holder == nil)
    }

    @Test func `of two volumes of one reservation the second closes the row`() async throws {
        let world = World()
        var row = World.ended(1)
        let volumes = [World.tags(1), World.tags(1)].map { world.volumes.plantVolume(tags: $0) }
        row.receipt?.volumes = volumes
        world.ledger.plant(row)
        world.volumes.setState(volumes[1], .creating)
        try await world.run {
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.deleted == [volumes[0]], "\(report) \(world.ledger.allCleanups)")
            #expect(world.ledger.peek(id)?.receipt?.closings?.map(\.volume) == [volumes[0]])
            #expect(world.ledger.peek(id)?.purgeAt == nil)
            world.volumes.setState(volumes[1], nil)
            _ = try await world.janitor().sweep(within: .seconds(60))
        }
        #expect(world.ledger.peek(id)?.receipt?.isSettled == true)
        #expect(world.ledger.peek(id)?.purgeAt != nil)
    }
}
