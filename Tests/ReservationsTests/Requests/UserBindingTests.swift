import Reservations
import TestSupport
import Testing

@Suite("Who is who") struct UserBindingTests {
    private let id = Message.id(1)

    @Test func `the first reservation binds its user, in the write that admits it`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            #expect(await worker.send(Message.request(1, login: "ada-l")) == .done)
        }
        let binding = try #require(world.ledger.peek(Message.ada))
        #expect(binding.login?.rawValue == "ada-l")
        #expect(binding.boundBy == id)
        guard case .decision(let first, _)? = world.ledger.writes.first else { throw Surprise("no write") }
        #expect(first.rows.count == 2)
    }

    @Test func `another login is refused, aloud and in the dead letters, and has no row`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1, login: "ada-l"))
            guard case .dead(let reason) = await worker.send(Message.request(2, login: "eve")) else {
                throw Surprise("accepted")
            }
            #expect(reason.contains("bound to the GitHub login ada-l"))
            #expect(reason.contains("berth user rebind ada eve"))
            // GitHub doesn't tell capitals from small letters.
            #expect(await worker.send(Message.request(3, withoutDisk: true, login: "Ada-L")) == .done)
        }
        let refusal = try #require(world.events.refusals.first)
        #expect(refusal.reservation == Message.id(2))
        #expect(refusal.asked == .reservation)
        #expect(world.ledger.peek(Message.id(2)) == nil)
        #expect(world.ledger.peek(Message.id(3)) != nil)
    }

    @Test func `two first requests at once with two logins: one of them binds`() async throws {
        let world = World()
        try await world.run {
            let one = try await world.worker("worker-1")
            let two = try await world.worker("worker-2")
            // Just before the first is written, the other is.
            world.ledger.before({ $0.reservation?.id == Message.id(1) }) {
                _ = await two.send(Message.request(2, login: "eve"))
            }
            guard case .dead = await one.send(Message.request(1, login: "ada-l")) else {
                throw Surprise("both were admitted")
            }
        }
        #expect(world.ledger.peek(Message.ada)?.login?.rawValue == "eve")
        #expect(world.ledger.peek(id) == nil)
    }

    @Test func `a repeat of what was admitted is no second use, whoever was bound meanwhile`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1))
            try await world.until(id, is: .active)
            rebind(world, to: "somebody")
            #expect(await worker.send(Message.request(1)) == .done)
        }
        #expect(world.events.refusals.isEmpty)
    }

    @Test func `what waits with a login that is no longer its user's never gets the disk`() async throws {
        let world = World()
        world.pods.setNodes([])
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1, disk: "work"))
            try await world.until(id, is: .queued)
            rebind(world, to: "the-real-ada")
            world.pods.setNodes([World.node("node-1")])
            try await world.until(id, is: .failed)
        }
        #expect(world.ledger.peek(id)?.failureReason?.contains("the-real-ada") == true)
        #expect(world.volumes.all.isEmpty)
        #expect(world.pods.posts.isEmpty)
    }

    @Test func `a login that GitHub doesn't know binds nobody`() async throws {
        let world = World()
        let unknown = GitHubLogin(unchecked: "aad")
        world.keys.answer(unknown, with: .failure(.noSuchUser(unknown)))
        try await world.run {
            let worker = try await world.worker()
            _ = await worker.send(Message.request(1, login: "aad"))
            try await world.until(id, is: .failed)
            #expect(world.ledger.peek(Message.ada)?.login == nil)
            #expect(await worker.send(Message.request(2, login: "ada")) == .done)
        }
        #expect(world.ledger.peek(Message.ada)?.login?.rawValue == "ada")
    }

    @Test(
        arguments: [
            ("ada@example.com", ["@example.com"], true), ("Ada@Example.COM", ["@example.com"], true),
            ("ada@evil.com", ["@example.com"], false), ("x@example.com@evil.com", ["@example.com"], false),
            ("ada@sub.example.com", ["@example.com"], false), ("bob", ["ada", "bob"], true),
            ("bob", ["ada"], false), ("bob", [], true),
        ] as [(String, [String], Bool)]
    )
    func `the allow-list names users and domains`(user: String, entries: [String], isAllowed: Bool) {
        #expect(AllowedUsers(entries).admits(UserID(unchecked: user)) == isAllowed)
    }

    private func rebind(_ world: World, to login: String) {
        guard var row = world.ledger.peek(Message.ada) else { return }
        row = row.rebound(
            to: GitHubLogin(unchecked: login),
            by: "operator",
            because: "test",
            at: TestTime.start
        )
        row.version += 1
        world.ledger.plant(row)
    }
}
