import Foundation
import Reservations
import TestSupport
import Testing

/// One budget for all deletions that no ended row explains; see the design's section 6.
@Suite("The deletion budget") struct BudgetTests {
    /// Volumes of reservations that ended without a word of them in the receipt.
    private func plantUnexpected(_ count: Int, in world: World) {
        for number in 1...count {
            world.ledger.plant(World.ended(number))
            world.volumes.plantVolume(tags: World.tags(number))
        }
    }

    @Test func `five go, then it stops, says what it would have done, and waits for a person`() async throws {
        let world = World()
        plantUnexpected(8, in: world)
        try await world.run {
            let janitor = world.janitor()
            let report = try await janitor.sweep(within: .seconds(60))
            #expect(report.deleted.count == 5)
            #expect(report.wouldDelete.count == 3)
            #expect(world.volumes.living.count == 3)
            #expect(world.ledger.fleetRowNow?.stop?.cause == .budgetSpent)
            #expect(world.journal.alerts.count == 1)

            let second = try await janitor.sweep(within: .seconds(60))
            #expect(second.stopped != nil)
            #expect(world.volumes.living.count == 3)
            try await world.time.sleep(for: .seconds(48 * 3600))
            _ = try await janitor.sweep(within: .seconds(60))
            #expect(world.volumes.living.count == 3)

            #expect(try await janitor.resume(because: "these were ours")?.cause == .budgetSpent)
            let third = try await janitor.sweep(within: .seconds(60))
            #expect(third.deleted.count == 3)
        }
    }

    @Test func `reports and sweeps, two janitors and a day share it`() async throws {
        let world = World()
        plantUnexpected(4, in: world)
        try await world.run {
            _ = try await world.janitor().sweep(within: .seconds(60))
            #expect(world.volumes.living.isEmpty)
            for number in 5...9 {
                world.ledger.plant(World.ended(number))
                let volume = world.volumes.plantVolume(tags: World.tags(number))
                let report = OrphanReport(
                    volume: volume,
                    reservation: Message.id(number),
                    generation: 1,
                    phase: "",
                    cause: ""
                )
                try await world.janitor().accept(report)
            }
            world.startJanitor()
            world.startJanitor()
            try await world.time.sleep(for: .seconds(600))
            #expect(world.volumes.living.count == 4)
            #expect(world.ledger.fleetRowNow?.budget.spent(at: world.time.now()) == 5)
        }
    }

    @Test func `a day later there is room again`() async throws {
        let world = World()
        plantUnexpected(5, in: world)
        try await world.run {
            _ = try await world.janitor().sweep(within: .seconds(60))
            try await world.time.sleep(for: .seconds(25 * 3600))
            plantUnexpected(5, in: world)
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.deleted.count == 5)
            #expect(report.stopped == nil)
        }
    }

    /// Scenario 40.
    @Test func `a busy day's end is expected, however many there are`() async throws {
        let world = World()
        for number in 1...40 {
            var row = World.ended(number)
            let volume = world.volumes.plantVolume(tags: World.tags(number))
            row.receipt?.volumes = [volume]
            world.ledger.plant(row)
        }
        try await world.run {
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.deleted.count == 40)
        }
        #expect(world.ledger.fleetRowNow?.budget.hours.isEmpty == true)
    }

    @Test func `a fifth of a large fleet may go`() async throws {
        var policy = JanitorPolicy()
        #expect(policy.allowance(of: 0) == 5)
        #expect(policy.allowance(of: 25) == 5)
        #expect(policy.allowance(of: 1000) == 200)
        policy.budgetShare = 0
        policy.budgetFloor = 0
        #expect(policy.allowance(of: 1000) == 0)
    }

    @Test(arguments: [Checkpoint.budgetCharged, .volumeDeleted])
    func `a janitor that dies after counting counts once`(step: Checkpoint) async throws {
        let world = World()
        plantUnexpected(1, in: world)
        try await world.run {
            let life = Life()
            world.checkpoints.at(step) { life.kill() }
            world.simulation.start {
                await Life.$current.withValue(life) {
                    _ = try? await world.janitor().sweep(within: .seconds(60))
                }
            }
            try await world.until("it died") { life.isDead }
            world.startJanitor()
            try await world.until("gone") { world.volumes.living.isEmpty }
        }
        #expect(world.ledger.fleetRowNow?.budget.spent(at: world.time.now()) == 1)
    }
}
