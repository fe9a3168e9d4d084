import Foundation
import Reservations
import TestSupport
import Testing

@Suite("Messages become rows") struct IntakeTests {
    private let id = Message.id(1)

    @Test func `a request delivered ten times is one row and one server`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            let two = try await world.worker("worker-2")
            for _ in 0..<5 {
                #expect(await one.send(Message.request(1)) == .done)
                #expect(await two.send(Message.request(1)) == .done)
            }
            try await world.until(id, is: .active)
            #expect(await two.send(Message.request(1)) == .done)
        }
        #expect(world.ledger.allReservations.count == 1)
        #expect(world.volumes.all.count == 1)
        #expect(world.pods.posts.count == 1)
    }

    @Test func `the same id with another body or user is a conflict`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            let before = world.ledger.peek(id)?.request
            guard case .dead(let reason) = await worker.send(Message.request(1, gpus: 2)) else {
                throw Surprise("accepted")
            }
            #expect(reason.contains("taken by another request"))
            guard case .dead = await worker.send(Message.request(1, user: Message.bob)) else {
                throw Surprise("accepted")
            }
            #expect(world.ledger.peek(id)?.request == before)
        }
    }

    @Test(arguments: [Status.failed, .cancelled, .expired])
    func `terminal is final: a repeat revives nothing`(status: Status) async throws {
        let world = World()
        var row = Reservation(id: id, request: Message.request(1), status: status, createdAt: TestTime.start)
        row.receipt = Receipt(startedAt: TestTime.start, cause: "over")
        world.ledger.plant(row)
        try await world.run {
            let worker = try await world.worker()
            #expect(await worker.send(Message.request(1)) == .done)
            #expect(await worker.cancel(id) == .done)
            try await world.time.sleep(for: .seconds(60))
        }
        #expect(world.ledger.peek(id) == row)
    }

    @Test func `a cancel that comes first meets its request`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            #expect(await worker.cancel(id) == .done)
            #expect(world.ledger.peek(id)?.status == .awaited)
            #expect(await worker.cancel(id) == .done)
            #expect(await worker.send(Message.request(1)) == .done)
            try await world.until(id, is: .cancelled)
            try await world.until("published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        #expect(world.ledger.peek(id)?.receipt?.by == "ada")
        #expect(world.volumes.all.isEmpty)
        #expect(world.events.events.contains { $0.status == .cancelled && $0.receipt != nil })
    }

    /// Scenario 36.
    @Test func `a stranger's cancel that comes first stops nobody`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            #expect(await worker.cancel(id, by: Message.bob) == .done)
            #expect(await worker.send(Message.request(1)) == .done)
            try await world.until(id, is: .active)
        }
        #expect(world.ledger.peek(id)?.purgeAt == nil)
    }

    @Test func `up to eight who cancelled are remembered`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            for number in 1...12 {
                #expect(await worker.cancel(id, by: UserID(unchecked: "user\(number)")) == .done)
            }
        }
        #expect(world.ledger.peek(id)?.cancelledBy.count == 8)
        #expect(world.ledger.peek(id)?.purgeAt != nil)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `request and cancel at the same instant on two workers end cancelled`(seed: UInt64) async throws {
        let world = World(seed: seed)
        try await world.run {
            let one = try await world.worker("worker-1")
            let two = try await world.worker("worker-2")
            world.simulation.start { await world.repeated { await one.send(Message.request(1)) } }
            world.simulation.start { await world.repeated { await two.cancel(id) } }
            try await world.until(id, is: .cancelled)
            try await world.until("published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        #expect(world.ledger.peek(id)?.receipt != nil)
        world.audit()
    }

    @Test func `another user's cancel is refused`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            guard case .dead(let reason) = await worker.cancel(id, by: Message.bob) else {
                throw Surprise("obeyed")
            }
            #expect(reason.contains("somebody else"))
            try await world.until(id, is: .active)
        }
    }

    /// Scenario 12.
    @Test func `old messages make no row, whatever was forgotten`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            let lastWeek = world.time.now() - 7 * 24 * 3600
            guard case .dead = await worker.send(Message.request(1), publishedAt: lastWeek),
                case .dead = await worker.cancel(Message.id(2), publishedAt: lastWeek)
            else { throw Surprise("accepted") }
            #expect(world.ledger.allReservations.isEmpty)
            // A stranger's cancel of today must not open the door for it either.
            _ = await worker.cancel(id, by: Message.bob)
            _ = await worker.send(Message.request(1), publishedAt: lastWeek)
            try await world.time.sleep(for: .seconds(60))
            #expect(world.ledger.peek(id)?.status == .awaited)
        }
        #expect(world.volumes.all.isEmpty)
    }

    @Test func `an old repeat of what has a row is done`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            let lastWeek = world.time.now() - 7 * 24 * 3600
            #expect(await worker.send(Message.request(1), publishedAt: lastWeek) == .done)
        }
    }

    @Test func `while the table can't be reached a message is tried again, not lost`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            world.ledger.setAway(true)
            guard case .againSoon = await worker.send(Message.request(1)) else { throw Surprise("taken") }
            world.ledger.setAway(false)
            #expect(await worker.send(Message.request(1)) == .done)
        }
    }

    /// Scenario 22.
    @Test func `a lost answer of the admission doesn't make two`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            world.ledger.inject(.loseAnswer, into: .commit)
            _ = await worker.send(Message.request(1))
            #expect(await worker.send(Message.request(1)) == .done)
            try await world.until(id, is: .active)
        }
        #expect(world.volumes.all.count == 1)
    }

    @Test func `what can't be understood is dead, with every reason`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            guard case .dead(let reason) = await worker.send(Array("{\"gpu_count\":\"x\"}".utf8)) else {
                throw Surprise("understood")
            }
            #expect(reason.contains("reservation_id") && reason.contains("gpu_count"))
        }
    }

    @Test func `a worker whose lease isn't certain takes nothing`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            world.ledger.inject(.fail(.unavailable), into: .beat, times: 100)
            try await world.time.sleep(for: .seconds(13))
            guard case .againSoon = await worker.send(Message.request(1)) else { throw Surprise("taken") }
        }
        #expect(world.ledger.allReservations.isEmpty)
    }
}

extension World {
    /// As the work queue does: the same message again until it is done or dead.
    func repeated(_ deed: @Sendable () async -> IntakeOutcome) async {
        for _ in 0..<20 {
            guard case .againSoon = await deed() else {
                return
            }
            _ = try? await time.sleep(for: .milliseconds(200))
        }
    }
}
