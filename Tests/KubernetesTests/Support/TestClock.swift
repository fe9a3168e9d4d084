import Foundation
import Kubernetes
import Synchronization

/// Time that moves only when a test says so, and that says when a sleeper of a given length has arrived.
final class TestClock: Sendable {
    private struct Sleeper {
        let length: Duration
        let wake: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now: Duration = .zero
        var next = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [(length: Duration, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    let epoch = Date(timeIntervalSince1970: 1_790_000_000)

    /// Chance is always a half, so a back-off waits three quarters of its whole.
    var time: KubernetesTime {
        KubernetesTime(
            now: { self.epoch.addingTimeInterval(self.now / .seconds(1)) },
            uptime: { self.now },
            sleep: { try await self.sleep($0) },
            random: { 0.5 }
        )
    }

    var now: Duration { state.withLock { $0.now } }

    func advance(by step: Duration) {
        let due = state.withLock { state in
            state.now += step
            let due = state.sleepers.filter { $0.value.wake <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due
        }
        for sleeper in due.values { sleeper.continuation.resume() }
    }

    /// Returns once somebody sleeps who asked for exactly that long, or when cancelled.
    func sleeper(of length: Duration) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isThere = state.withLock { state in
                    if Task.isCancelled { return true }
                    if state.sleepers.values.contains(where: { $0.length == length }) { return true }
                    state.watchers.append((length, continuation))
                    return false
                }
                if isThere { continuation.resume() }
            }
        } onCancel: {
            // One test has one clock: all its watchers are cancelled together.
            let watchers = state.withLock { state in
                defer { state.watchers = [] }
                return state.watchers
            }
            for watcher in watchers { watcher.continuation.resume() }
        }
    }

    /// Waits for a sleeper of that length and wakes it.
    func pass(_ length: Duration) async {
        await sleeper(of: length)
        advance(by: length)
    }

    private func sleep(_ length: Duration) async throws {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(id, length: length, continuation)
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    private func enter(_ id: Int, length: Duration, _ continuation: CheckedContinuation<Void, any Error>) {
        let watchers: [CheckedContinuation<Void, Never>]? = state.withLock { state in
            // Looked at under the lock: a cancellation after this finds the sleeper.
            if Task.isCancelled { return nil }
            state.sleepers[id] = Sleeper(length: length, wake: state.now + length, continuation: continuation)
            let found = state.watchers.filter { $0.length == length }
            state.watchers.removeAll { $0.length == length }
            return found.map(\.continuation)
        }
        guard let watchers else { return continuation.resume(throwing: CancellationError()) }
        for watcher in watchers { watcher.resume() }
    }
}
