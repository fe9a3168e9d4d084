import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Rows of dead workers go") struct RetirementTests {
    @Test func `only once nothing of theirs is left, and then after a day`() async throws {
        let world = World()
        world.pods.setNodes([])
        try await world.run {
            let workers = try await world.workers(3)
            try await world.time.sleep(for: .seconds(31))
            workers[0].kill()
            let id = world.plantRows(1, of: workers[0], from: 1)[0]
            world.ledger.spoil(id)
            try await world.time.sleep(for: .seconds(300))
            // Its row can't be read, so that it is still there.
            #expect(world.dead(among: workers) == [workers[0].id.rawValue])
            #expect(world.ledger.peek(workers[0].id)?.purgeAt == nil)

            world.ledger.remove(id)
            try await world.until("it may go", within: .seconds(120)) {
                world.ledger.peek(workers[0].id)?.purgeAt != nil
            }
            let purgeAt = try #require(world.ledger.peek(workers[0].id)?.purgeAt)
            let day = world.time.now().timeIntervalSince1970 + 86_400
            #expect((day - 120...day + 1).contains(Double(purgeAt)))
            #expect(world.ledger.peek(workers[1].id)?.purgeAt == nil)
        }
    }

    @Test func `never by a local clock`() async throws {
        let world = World()
        world.time.setServiceTime(offBy: nil)
        try await world.run {
            let workers = try await world.workers(2)
            try await world.time.sleep(for: .seconds(31))
            workers[0].kill()
            try await world.time.sleep(for: .seconds(300))
            #expect(world.dead(among: workers).count == 1)
            #expect(world.ledger.peek(workers[0].id)?.purgeAt == nil)
        }
    }

    @Test func `who wakes up after its row went is dead all the same`() async throws {
        let world = World()
        try await world.run {
            let workers = try await world.workers(2)
            try await world.time.sleep(for: .seconds(31))
            workers[0].pause()
            try await world.time.sleep(for: .seconds(300))
            world.ledger.remove(workers[0].id)
            try await world.time.sleep(for: .seconds(10))
            workers[0].wake()
            try await world.until("it knows", within: .seconds(10)) {
                workers[0].worker.standing == .declaredDead
            }
            #expect(world.ledger.peek(workers[0].id) == nil)
        }
    }
}
