import Foundation
import Reservations
import TestSupport
import Testing

@Suite("From a request to a running server") struct HappyPathTests {
    private let id = Message.id(1)

    @Test func `a request becomes an active server on the user's disk`() async throws {
        let world = World()
        try await world.run {
            let worker = try await world.worker()
            #expect(await worker.send(Message.request(1)) == .done)
            try await world.until(id, is: .active)
            try await world.until("it is published") { world.ledger.peek(id)?.unpublished.isEmpty == true }
        }
        let row = try #require(world.ledger.peek(id))
        let volume = try #require(world.volumes.living.first)
        #expect(world.volumes.all.count == 1)
        #expect(row.volumeID == volume.id)
        #expect(row.podIntent?.storage == .volume(volume.id, generation: 1))
        #expect(row.owner == nil)
        #expect(row.expiresAt == row.launchedAt?.addingTimeInterval(2 * 3600))
        #expect(row.connection?.hostKey == row.podIntent?.hostKey)
        #expect(world.pods.posts.count == 1)
        #expect(world.pods.anchorsMade(of: id) == 1)
        #expect(world.events.events.contains { $0.status == .active && $0.connection != nil })
        #expect(world.ledger.peek(DiskKey(userID: Message.ada, name: .unnamed))?.holder?.reservation == id)
    }
}
