package import Foundation
package import Reservations
import Synchronization

/// A worker's process in a world.
package final class TestWorker: Sendable {
    package let id: WorkerID
    package let worker: Worker
    private let life = Life()
    private let ended = Mutex(false)
    private let world: World

    package init(_ name: String, _ world: World) {
        id = WorkerID(unchecked: name)
        self.world = world
        worker = Worker(
            id: id,
            fleet: World.fleet,
            ports: world.ports,
            settings: world.settings,
            rules: World.rules
        )
    }

    package func start() async throws {
        try await Life.$current.withValue(life) {
            try await worker.join(host: "host", softwareVersion: "0")
        }
        world.simulation.start { [life, worker] in
            await Life.$current.withValue(life) { await worker.run() }
            self.ended.withLock { $0 = true }
        }
    }

    /// Whether its run is over.
    package var hasEnded: Bool { ended.withLock { $0 } }

    /// Ends it without a word.
    package func kill() {
        world.chronicle.add("test: \(id) killed")
        life.kill()
    }

    package func pause() {
        world.chronicle.add("test: \(id) paused")
        life.pause()
    }

    package func wake() {
        world.chronicle.add("test: \(id) wakes")
        life.wake()
    }

    /// Ends it gracefully.
    package func stop() { worker.stop() }

    package func send(
        _ request: ReservationRequest,
        publishedAt: Date? = nil,
        traceparent: String? = nil
    ) async -> IntakeOutcome {
        await send(Message.body(of: request), publishedAt: publishedAt, traceparent: traceparent)
    }

    package func cancel(
        _ id: ReservationID,
        by user: UserID = Message.ada,
        publishedAt: Date? = nil
    ) async -> IntakeOutcome {
        await send(Message.cancel(id, by: user), publishedAt: publishedAt)
    }

    package func send(
        _ body: [UInt8],
        publishedAt: Date? = nil,
        traceparent: String? = nil
    ) async -> IntakeOutcome {
        let message = IncomingMessage(
            body: body,
            publishedAt: publishedAt ?? world.time.now(),
            traceparent: traceparent
        )
        return await Life.$current.withValue(life) { await worker.intake.handle(message) }
    }
}
