package import Foundation
import Reservations
import Synchronization

/// A clock that moves only when a test, or its simulation, says so.
package final class TestTime: Timepiece {
    private struct Sleeper {
        let due: Duration
        let wake: @Sendable () -> Void
    }

    private struct State {
        var elapsed = Duration.zero
        var wallOffset: TimeInterval = 0
        var serviceOffset: TimeInterval? = 0
        var sleepers: [Int: Sleeper] = [:]
        var arrivals: [(count: Int, continuation: UnsafeContinuation<Void, Never>)] = []
        var lastTicket = 0
    }

    package static let start = Date(timeIntervalSince1970: 1_790_000_000)

    private let state = Mutex(State())

    package init() {}

    package func monotonic() -> Duration { state.withLock(\.elapsed) }

    package func now() -> Date {
        state.withLock { Self.start + ($0.elapsed / .seconds(1)) + $0.wallOffset }
    }

    package func serviceNow() -> Date? {
        state.withLock { state in
            state.serviceOffset.map { Self.start + (state.elapsed / .seconds(1)) + $0 }
        }
    }

    /// How far this machine's wall clock is off.
    package func setWallClock(offBy seconds: TimeInterval) { state.withLock { $0.wallOffset = seconds } }

    /// Nil: the services' time isn't known.
    package func setServiceTime(offBy seconds: TimeInterval?) {
        state.withLock { $0.serviceOffset = seconds }
    }

    package func sleep(for duration: Duration) async throws {
        await Life.pass()
        let ticket = state.withLock { state in
            state.lastTicket += 1
            return state.lastTicket
        }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { park($0, ticket, for: duration) }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: ticket) }?.wake()
        }
        await Life.pass()
        try Task.checkCancellation()
    }

    private func park(_ continuation: UnsafeContinuation<Void, Never>, _ ticket: Int, for duration: Duration)
    {
        let woken = state.withLock { state in
            guard !Task.isCancelled, duration > .zero else { return [continuation] }
            state.sleepers[ticket] = Sleeper(due: state.elapsed + duration) { continuation.resume() }
            let count = state.sleepers.count
            let met = state.arrivals.filter { $0.count <= count }.map(\.continuation)
            state.arrivals.removeAll { $0.count <= count }
            return met
        }
        for one in woken { one.resume() }
    }

    /// Does something short after a while, whoever else crashes meanwhile.
    package func after(_ wait: Duration, _ deed: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.lastTicket += 1
            state.sleepers[state.lastTicket] = Sleeper(due: state.elapsed + wait, wake: deed)
        }
    }

    /// Returns once so many sleep at a time.
    package func sleepers(atLeast count: Int) async {
        await withUnsafeContinuation { continuation in
            let isMet = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.arrivals.append((count, continuation))
                return false
            }
            if isMet { continuation.resume() }
        }
    }

    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.elapsed += duration
            return Self.takeDue(&state)
        }
        for sleeper in due { sleeper.wake() }
    }

    /// Moves on to the next who sleeps.
    ///
    /// - Returns: false if nobody sleeps, or none until the limit.
    package func advanceToNextSleeper(before limit: Duration) -> Bool {
        let due = state.withLock { state in
            guard let next = state.sleepers.values.map(\.due).min(), next <= limit else { return [Sleeper]() }
            state.elapsed = max(state.elapsed, next)
            return Self.takeDue(&state)
        }
        for sleeper in due { sleeper.wake() }
        return !due.isEmpty
    }

    private static func takeDue(_ state: inout State) -> [Sleeper] {
        let now = state.elapsed
        let due = state.sleepers.filter { $0.value.due <= now }
        for ticket in due.keys { state.sleepers[ticket] = nil }
        return due.sorted { ($0.value.due, $0.key) < ($1.value.due, $1.key) }.map(\.value)
    }
}
