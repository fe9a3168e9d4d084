import Foundation
import Reservations
import TestSupport
import Testing

@Suite("More time") struct ExtendTests {
    private let id = Message.id(1)

    /// Runs a story with a server of two hours that is active.
    private func withActive(
        _ world: World,
        _ story: @escaping @Sendable (TestWorker, Date) async throws -> Void
    ) async throws {
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(id, is: .active)
            try await world.until("heard") { world.ledger.peek(id)?.unpublished.isEmpty == true }
            let end = try #require(world.ledger.peek(id)?.expiresAt)
            try await story(worker, end)
        }
    }

    @Test func `delivered twice it counts once, and the pod and the event tell the new end`() async throws {
        let world = World()
        try await withActive(world) { worker, end in
            let body = Message.extend(id, hours: 4, from: end, command: "c-1")
            #expect(await worker.send(body) == .done)
            #expect(await worker.send(body) == .done)
            let row = try #require(world.ledger.peek(id))
            #expect(row.expiresAt == end.addingTimeInterval(4 * 3600))
            #expect(row.status == .active)
            #expect(world.events.events.last?.expiresAt == row.expiresAt)
            let names = PodNames(id, generation: 1)
            #expect(world.pods.notice(of: names)?.expiresAt == row.expiresAt)
        }
    }

    /// Scenario 19.
    @Test func `the old end's expiry no longer counts`() async throws {
        let world = World()
        try await withActive(world) { worker, end in
            #expect(await worker.send(Message.extend(id, hours: 4, from: end, command: "c-1")) == .done)
            try await world.time.sleep(for: .seconds(3 * 3600))
            #expect(world.ledger.peek(id)?.status == .active)
            try await world.time.sleep(for: .seconds(3 * 3600 + 120))
            #expect(world.ledger.peek(id)?.status == .expired)
        }
    }

    @Test func `an extension of an end that was changed meanwhile is refused`() async throws {
        let world = World()
        try await withActive(world) { worker, end in
            #expect(await worker.send(Message.extend(id, hours: 1, from: end, command: "c-1")) == .done)
            guard case .dead = await worker.send(Message.extend(id, hours: 1, from: end, command: "c-2"))
            else {
                throw Surprise("extended twice from the same end")
            }
            #expect(world.ledger.peek(id)?.expiresAt == end.addingTimeInterval(3600))
            #expect(world.events.refusals.map(\.command?.rawValue) == ["c-2"])
        }
    }

    @Test func `somebody else's, too much and too late are refused, each with its reason`() async throws {
        let world = World()
        try await withActive(world) { worker, end in
            let foreign = Message.extend(id, by: Message.bob, hours: 1, from: end, command: "c-1")
            #expect(await worker.send(foreign).reason?.contains("somebody else") == true)
            for hour in 0..<2 {
                let from = end.addingTimeInterval(Double(hour) * 20 * 3600)
                let body = Message.extend(id, hours: 20, from: from, command: "ok-\(hour)")
                #expect(await worker.send(body) == .done)
            }
            let tooMuch = Message.extend(id, hours: 7, from: nil, command: "c-2")
            #expect(await worker.send(tooMuch).reason?.contains("at most") == true)
            #expect(await worker.send(Message.extend(id, hours: 6, from: nil, command: "c-3")) == .done)
            _ = await worker.cancel(id)
            try await world.until(id, is: .cancelled)
            let tooLate = Message.extend(id, hours: 1, from: nil, command: "c-4")
            #expect(await worker.send(tooLate).reason?.contains("too late") == true)
            #expect(world.events.refusals.map(\.command?.rawValue) == ["c-1", "c-2", "c-4"])
        }
    }

    @Test func `an extension before its request is tried again, and refused once that is hopeless`()
        async throws
    {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            let sentAt = world.time.now()
            let body = Message.extend(id, hours: 1, from: nil, command: "c-1")
            guard case .againSoon = await worker.send(body, publishedAt: sentAt) else {
                throw Surprise("not tried again")
            }
            try await world.time.sleep(for: .seconds(31))
            #expect(await worker.send(body, publishedAt: sentAt).reason?.contains("there is no") == true)
        }
        #expect(world.events.refusals.count == 1)
    }

    @Test func `a broker that is away doesn't lose the news of an extension`() async throws {
        let world = World()
        try await withActive(world) { worker, end in
            world.events.setDown(true)
            #expect(await worker.send(Message.extend(id, hours: 1, from: end, command: "c-1")) == .done)
            try await world.time.sleep(for: .seconds(60))
            world.events.setDown(false)
            try await world.until("heard") { world.ledger.peek(id)?.unpublished.isEmpty == true }
            #expect(world.events.events.last?.expiresAt == end.addingTimeInterval(3600))
        }
    }

    @Test(
        arguments: [
            (#""extension_hours":25,"command_id":"c""#, "at most"),
            (#""extension_hours":0,"command_id":"c""#, "more than 0"),
            (#""command_id":"c""#, "extension_hours is missing"),
            (#""extension_hours":1"#, "a repeat would extend twice"),
        ]
    )
    func `what can't be meant is refused as it is read`(fields: String, words: String) throws {
        let body = #"{"action":"extend_reservation","reservation_id":"\#(id)","user_id":"ada",\#(fields)}"#
        let error = #expect(throws: RejectedMessage.self) {
            try RequestParser(rules: World.rules).parse(Array(body.utf8))
        }
        #expect(error?.description.contains(words) == true)
    }
}

extension IntakeOutcome {
    fileprivate var reason: String? {
        guard case .dead(let reason) = self else { return nil }
        return reason
    }
}
