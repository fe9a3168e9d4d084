import Foundation
import Reservations
import TestSupport
import Testing

/// Everything at once: whatever dies, sleeps, fails or gets lost, at the end nothing is left and no work is lost.
@Suite("A storm") struct StormTests {
    private static let count = 8

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `nothing is left behind, and no work is lost`(seed: UInt64) async throws {
        let world = World(seed: seed)
        try await world.run {
            let storm = Storm(world, seed: seed)
            world.startJanitor()
            world.startJanitor()
            try await storm.blow(Self.count)
            let worker = try await world.worker("last")
            try await storm.settle(Self.count, worker)
        }
        world.auditEmptiness()
        let contents = Dictionary(
            uniqueKeysWithValues: world.volumes.allSnapshots.map { ($0.id, $0.content) }
        )
        for volume in world.volumes.all
        where volume.content != volume.snapshot.flatMap({ contents[$0] }) ?? [] {
            let isSaved = world.volumes.allSnapshots.contains {
                $0.volume == volume.id && $0.content == volume.content
            }
            #expect(isSaved, "lost: \(volume.content) of \(volume.id)\n\(world.tail)")
        }
    }
}

/// Chance's deeds to a world.
private final class Storm: Sendable {
    private let world: World
    private let chance: SeededChance

    init(_ world: World, seed: UInt64) {
        self.world = world
        chance = SeededChance(seed: seed &+ 1_000)
    }

    private func below(_ limit: Int) -> Int { Int(chance.fraction() * Double(limit)) }

    func request(_ number: Int) -> ReservationRequest {
        // Two users with a disk each: their reservations want the same ones.
        Message.request(number, user: number % 2 == 0 ? Message.ada : Message.bob)
    }

    func blow(_ count: Int) async throws {
        var workers: [TestWorker] = []
        for round in 1...40 {
            if workers.count < 3 {
                let worker = TestWorker("worker-\(round)", world)
                workers.append(worker)
                world.simulation.start { try? await worker.start() }
            }
            try await world.time.sleep(for: .milliseconds(200 + below(8_000)))
            let worker = workers[below(workers.count)]
            let number = 1 + below(count)
            switch below(10) {
            case 0...3:
                let request = request(number)
                world.simulation.start { _ = await worker.send(request) }
            case 4:
                let user = request(number).userID
                world.simulation.start { _ = await worker.cancel(Message.id(number), by: user) }
            case 5:
                worker.kill()
                workers.removeAll { $0.id == worker.id }
            case 6:
                worker.pause()
                workers.removeAll { $0.id == worker.id }
                let nap = Duration.seconds(5 + below(100))
                world.simulation.start { [time = world.time] in
                    _ = try? await time.sleep(for: nap)
                    worker.wake()
                }
            case 7: world.ledger.inject(.loseAnswer, into: .commit, times: 1 + below(2))
            case 8:
                world.ledger.inject(.fail(.unavailable), into: below(2) == 0 ? .commit : .record, times: 3)
            default: troubleEC2()
            }
        }
    }

    private func troubleEC2() {
        switch below(5) {
        case 0: world.volumes.trouble(.goToError)
        case 1:
            world.volumes.trouble(
                .failAfterEffect(VolumeError(.tryLater, "no answer", mayHaveTakenEffect: true))
            )
        case 2: world.volumes.trouble(.slow(.seconds(20)))
        case 3: world.volumes.fail(.describe, VolumeError(.tryLater, "throttled"), times: 5)
        default: world.volumes.setTiming { $0.listingLag = .seconds(2) }
        }
    }

    /// Calm weather: all messages come again, all servers are cancelled, and the janitor comes to its end.
    func settle(_ count: Int, _ worker: TestWorker) async throws {
        let world = world
        try await world.time.sleep(for: .seconds(120))
        for number in 1...count {
            let request = request(number)
            await world.repeated { await worker.send(request) }
        }
        try await world.time.sleep(for: .seconds(300))
        for number in 1...count {
            let user = request(number).userID
            await world.repeated { await worker.cancel(Message.id(number), by: user) }
        }
        try await world.until("all have ended and were heard") {
            world.ledger.allReservations.allSatisfy { $0.status.isTerminal && $0.unpublished.isEmpty }
        }
        try await world.time.sleep(for: .seconds(900))
        // What no report names is the sweep's.
        _ = try await world.janitor().sweep(within: .seconds(600))
        try await world.until("no volume is left") { world.volumes.living.isEmpty }
    }
}
