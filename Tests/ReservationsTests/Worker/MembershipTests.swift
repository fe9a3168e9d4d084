import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Who is alive") struct BeatObserverTests {
    private func row(_ name: String, _ beat: Int, _ state: WorkerRow.State = .alive) -> WorkerRow {
        WorkerRow(
            id: WorkerID(unchecked: name),
            beat: beat,
            state: state,
            host: "",
            softwareVersion: "",
            inFlight: 0,
            startedAt: TestTime.start
        )
    }

    private func dead(_ observer: inout BeatObserver, _ rows: [WorkerRow], at seconds: Int) -> [String] {
        observer.observe(rows, healthy: .seconds(seconds)).map(\.id.rawValue)
    }

    @Test func `a beat that stands still for a lease is death`() {
        var observer = BeatObserver(lease: .seconds(15))
        let others = [row("b", 1), row("c", 1)]
        #expect(dead(&observer, [row("a", 5)] + others, at: 0).isEmpty)
        #expect(dead(&observer, [row("a", 5), row("b", 2), row("c", 2)], at: 14).isEmpty)
        #expect(dead(&observer, [row("a", 5), row("b", 3), row("c", 3)], at: 15) == ["a"])
    }

    @Test func `a beat that moves is life, however slowly`() {
        var observer = BeatObserver(lease: .seconds(15))
        for second in stride(from: 0, to: 200, by: 10) {
            #expect(dead(&observer, [row("a", second)], at: second).isEmpty)
        }
    }

    @Test func `while the observer isn't healthy its time stands still, and nobody dies`() {
        var observer = BeatObserver(lease: .seconds(15))
        for _ in 0..<100 { #expect(dead(&observer, [row("a", 1)], at: 7).isEmpty) }
    }

    @Test func `many at once get another lease`() {
        var observer = BeatObserver(lease: .seconds(15))
        let rows = [row("a", 1), row("b", 1), row("c", 1)]
        #expect(dead(&observer, rows, at: 0).isEmpty)
        #expect(dead(&observer, rows, at: 20).isEmpty)
        #expect(dead(&observer, rows, at: 30) == ["a", "b", "c"])
    }

    @Test func `the dead aren't declared dead again`() {
        var observer = BeatObserver(lease: .seconds(15))
        #expect(dead(&observer, [row("a", 1, .dead)], at: 0).isEmpty)
        #expect(dead(&observer, [row("a", 1, .dead)], at: 100).isEmpty)
    }
}

@Suite("Whom rendezvous names") struct RendezvousTests {
    private let members = (1...10).map { WorkerID(unchecked: "worker-\($0)") }

    @Test func `everybody names the same, in whatever order they know the members`() {
        for number in 0..<100 {
            let key = "key-\(number)"
            #expect(Rendezvous.choose(members, for: key) == Rendezvous.choose(members.reversed(), for: key))
        }
        #expect(Rendezvous.choose([WorkerID](), for: "key") == nil)
    }

    @Test func `a member that goes moves its own keys alone`() {
        let fewer = members.filter { $0.rawValue != "worker-4" }
        for number in 0..<500 {
            let key = "key-\(number)"
            let before = Rendezvous.choose(members, for: key)
            if before?.rawValue != "worker-4" { #expect(Rendezvous.choose(fewer, for: key) == before) }
        }
    }

    @Test func `the load is spread`() {
        var counts: [WorkerID: Int] = [:]
        for number in 0..<2_000 {
            guard let chosen = Rendezvous.choose(members, for: Message.id(number).rawValue) else { continue }
            counts[chosen, default: 0] += 1
        }
        #expect(counts.count == 10)
        #expect(counts.values.allSatisfy { (120...300).contains($0) })
    }

    /// A fleet of two versions must agree: these never change.
    @Test func `the names are the same on every machine and in every version`() {
        let names = ["a", "b", "c"].map { Rendezvous.choose(members, for: $0)?.rawValue }
        #expect(names == ["worker-9", "worker-9", "worker-7"])
    }
}

@Suite("A worker's own standing") struct MembershipTests {
    private func membership(_ world: World) -> Membership {
        Membership(
            id: WorkerID(unchecked: "worker-1"),
            roster: world.ledger,
            time: world.time,
            journal: world.journal,
            settings: world.settings
        )
    }

    @Test func `nothing is started before it joined, or two thirds of a lease after its last beat`()
        async throws
    {
        let world = World()
        let membership = membership(world)
        #expect(!membership.mayStartEffects)
        try await world.run {
            try await membership.join(host: "h", softwareVersion: "1")
            #expect(membership.mayStartEffects)
            try await world.time.sleep(for: .seconds(10))
            #expect(membership.mayStartEffects)
            try await world.time.sleep(for: .milliseconds(1))
            #expect(!membership.mayStartEffects)
            #expect(membership.standing == .alive)
        }
    }

    @Test func `a refused beat is one's own death`() async throws {
        let world = World()
        let membership = membership(world)
        try await world.run {
            try await membership.join(host: "h", softwareVersion: "1")
            world.simulation.start { await membership.beat { 0 } }
            try await world.time.sleep(for: .seconds(9))
            #expect(membership.mayStartEffects)
            let beat = world.ledger.peek(membership.id)?.beat ?? 0
            try await world.ledger.declareDead(membership.id, atBeat: beat)
            try await world.time.sleep(for: .seconds(3))
            #expect(membership.standing == .declaredDead)
            #expect(!membership.mayStartEffects)
        }
    }

    @Test func `healthy time is that in which its beats were accepted`() async throws {
        let world = World()
        let membership = membership(world)
        try await world.run {
            try await membership.join(host: "h", softwareVersion: "1")
            world.simulation.start { await membership.beat { 0 } }
            try await world.time.sleep(for: .seconds(21))
            #expect(membership.healthyTime == .seconds(20))
            world.ledger.setAway(true)
            try await world.time.sleep(for: .seconds(100))
            world.ledger.setAway(false)
            #expect(membership.healthyTime == .seconds(20))
            try await world.time.sleep(for: .seconds(10))
            #expect(membership.healthyTime <= .seconds(30))
            #expect(membership.healthyTime >= .seconds(26))
        }
    }

    @Test func `who leaves is dead at once`() async throws {
        let world = World()
        let membership = membership(world)
        try await world.run {
            try await membership.join(host: "h", softwareVersion: "1")
            _ = await membership.leave()
        }
        #expect(world.ledger.peek(membership.id)?.state == .dead)
        #expect(!membership.mayStartEffects)
    }
}

@Suite("One look for all who wait") struct VolumeBoardTests {
    @Test func `the first look comes at once, and many share the next`() async throws {
        let world = World()
        world.volumes.setTiming { $0.creating = .zero }
        let ids = (1...20).map { _ in world.volumes.plantVolume(tags: [:]) }
        let board = VolumeBoard(volumes: world.volumes, time: world.time, interval: .seconds(1))
        try await world.run {
            world.simulation.start { await board.run() }
            _ = await board.next(ids[0])
            #expect(world.time.monotonic() == .zero)
            await withTaskGroup(of: VolumeBoard.Look.self) { group in
                for id in ids { group.addTask { await board.next(id) } }
                for await look in group {
                    guard case .seen(let sighting) = look else { return #expect(Bool(false), "\(look)") }
                    #expect(sighting.state == .available)
                }
            }
        }
        #expect(world.volumes.calls(of: "describe") == 2)
    }

    @Test func `absent is absent, an error is an error, a cancelled wait ends`() async throws {
        let world = World()
        let board = VolumeBoard(volumes: world.volumes, time: world.time, interval: .seconds(1))
        try await world.run {
            let waiter = world.simulation.start { _ = await board.next(Evidence.volume) }
            waiter.cancel()
            await waiter.value
            world.simulation.start { await board.run() }
            #expect(await board.next(Evidence.volume) == .absent)
            world.volumes.fail(.describe, VolumeError(.tryLater, "throttled"))
            #expect(await board.next(Evidence.volume) == .failed("throttled"))
        }
    }
}
