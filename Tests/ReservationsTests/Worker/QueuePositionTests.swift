import Reservations
import TestSupport
import Testing

@Suite("Whoever waits hears its place in the queue") struct QueuePositionTests {
    @Test func `the place is told as it changes, and nothing is written for it`() async throws {
        let world = World()
        world.pods.setNodes([World.node("node-1", gpus: 1)])
        try await world.run {
            let worker = try await world.worker()
            for number in 1...4 {
                _ = await worker.send(Message.request(number, user: UserID(unchecked: "user\(number)")))
                try await world.time.sleep(for: .seconds(1))
            }
            try await world.until(Message.id(1), is: .active)
            try await world.until("all know their place") {
                (2...4).allSatisfy { number in
                    places(world, number).last == number - 1
                }
            }
            let versions = (3...4).map { world.ledger.peek(Message.id($0))?.version }
            try await world.time.sleep(for: .seconds(60))
            #expect((3...4).map { world.ledger.peek(Message.id($0))?.version } == versions)
            #expect(places(world, 4) == [3])

            _ = await worker.cancel(Message.id(2), by: UserID(unchecked: "user2"))
            try await world.until("they move up") {
                places(world, 3).last == 1 && places(world, 4).last == 2
            }
        }
    }

    private func places(_ world: World, _ number: Int) -> [Int] {
        world.events.events.filter { $0.reservation == Message.id(number) }.compactMap(\.queuePosition)
    }
}
