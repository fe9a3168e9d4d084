package import Foundation
import Synchronization

/// The local stack's time: what the services read, wait on, and stretch.
package struct StackTime: Sendable {
    /// What the latencies of the real services are multiplied by: 1 is real.
    package let scale: Double
    /// Monotone time since the stack started.
    package let elapsed: @Sendable () -> Duration
    package let date: @Sendable () -> Date
    private let sleeping: @Sendable (Duration) async throws -> Void

    package init(
        scale: Double,
        elapsed: @escaping @Sendable () -> Duration,
        date: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.scale = scale
        self.elapsed = elapsed
        self.date = date
        self.sleeping = sleep
    }

    /// The machine's own clock.
    package static func system(scale: Double) -> StackTime {
        let start = ContinuousClock.now
        return StackTime(
            scale: scale,
            elapsed: { ContinuousClock.now - start },
            date: { Date() },
            sleep: { try await Task.sleep(for: $0, clock: .continuous) }
        )
    }

    /// A latency of the real service in this stack's time.
    package func scaled(_ real: Duration) -> Duration {
        real * scale
    }

    /// Sleeps for a duration of this stack's time, already scaled.
    package func sleep(for duration: Duration) async throws {
        guard duration > .zero else { return }
        try await sleeping(duration)
    }
}

/// Time that moves only when a test says so.
package final class ManualTime: Sendable {
    private struct Sleeper {
        let wake: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Duration = .zero
        var sleepers: [UUID: Sleeper] = [:]
        var arrivals: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let epoch: Date

    package init(epoch: Date = Date(timeIntervalSince1970: 1_790_000_000)) {
        self.epoch = epoch
    }

    package func time(scale: Double = 1) -> StackTime {
        StackTime(
            scale: scale,
            elapsed: { self.now },
            date: { self.epoch.addingTimeInterval(self.now / .seconds(1)) },
            sleep: { try await self.sleep(for: $0) }
        )
    }

    package var now: Duration { state.withLock { $0.now } }

    /// Moves time on and wakes whoever slept until then.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.wake <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.wake < $1.wake }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns once that many sleepers wait, so that a test needn't guess when one has arrived.
    package func sleepers(atLeast count: Int) async {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.arrivals.append((count, continuation))
                return false
            }
            if ready { continuation.resume() }
        }
    }

    private func sleep(for duration: Duration) async throws {
        let id = UUID()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(Sleeper(wake: now + duration, continuation: continuation), id: id)
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    private func enqueue(_ sleeper: Sleeper, id: UUID) {
        if Task.isCancelled { return sleeper.continuation.resume(throwing: CancellationError()) }
        let arrived = state.withLock { state in
            state.sleepers[id] = sleeper
            let arrived = state.arrivals.filter { $0.count <= state.sleepers.count }
            state.arrivals.removeAll { $0.count <= state.sleepers.count }
            return arrived
        }
        for waiter in arrived { waiter.continuation.resume() }
    }
}
