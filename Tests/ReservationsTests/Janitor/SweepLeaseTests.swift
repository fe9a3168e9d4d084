import Reservations
import TestSupport
import Testing

/// Scenario 27: two sweeps.
@Suite("The lease of the sweep") struct SweepLeaseTests {
    @Test func `the second of two sweeps is refused`() async throws {
        let world = World()
        world.ledger.plant(World.ended(1))
        // It is in the making for long, so the first sweep waits for it.
        world.volumes.setState(world.volumes.plantVolume(tags: World.tags(1)), .creating)
        try await world.run {
            world.simulation.start { _ = try? await world.janitor().sweep(within: .seconds(300)) }
            try await world.until("it sweeps") { world.ledger.sweepNow?.holder != nil }
            await #expect(throws: SweepRefusal.self) {
                _ = try await world.janitor().sweep(within: .seconds(60))
            }
            try await world.until("it has ended") { world.ledger.sweepNow?.holder == nil }
            _ = try await world.janitor().sweep(within: .seconds(1))
        }
    }

    @Test func `a sweep that died is taken over`() async throws {
        let world = World()
        world.ledger.plant(World.ended(1))
        world.volumes.plantVolume(tags: World.tags(1))
        try await world.run {
            let life = Life()
            world.checkpoints.at(.verdictStored) { life.kill() }
            world.simulation.start {
                await Life.$current.withValue(life) {
                    _ = try? await world.janitor().sweep(within: .seconds(300))
                }
            }
            try await world.until("it died") { life.isDead }
            let report = try await world.janitor().sweep(within: .seconds(60))
            #expect(report.deleted.count == 1)
        }
        #expect(world.ledger.sweepNow?.holder == nil)
    }

    @Test func `a sweep that was paused past its lease stops when it wakes`() async throws {
        let world = World()
        world.ledger.plant(World.ended(1))
        world.volumes.setState(world.volumes.plantVolume(tags: World.tags(1)), .creating)
        let refused = Flag()
        try await world.run {
            let life = Life()
            world.simulation.start {
                await Life.$current.withValue(life) {
                    do { _ = try await world.janitor().sweep(within: .seconds(900)) } catch is SweepRefusal {
                        refused.raise()
                    } catch {}
                }
            }
            try await world.until("it sweeps") { world.ledger.sweepNow?.holder != nil }
            life.pause()
            _ = try await world.janitor().sweep(within: .seconds(60))
            life.wake()
            try await world.until("it gave up") { refused.isRaised }
        }
    }
}
