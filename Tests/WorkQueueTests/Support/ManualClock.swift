import Synchronization

/// A clock that moves only when a test says so, and knows who sleeps.
final class ManualClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        let wake: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Instant(offset: .zero)
        var last = 0
        var sleepers: [Int: Sleeper] = [:]
        var cancelled: Set<Int> = []
        var arrivals: [(isMet: ([Instant]) -> Bool, gate: Gate)] = []
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }
    var minimumResolution: Duration { .zero }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now.offset += duration
            let due = state.sleepers.filter { $0.value.wake <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.wake < $1.wake }
        }
        for sleeper in due { sleeper.continuation.resume() }
    }

    /// Returns once somebody sleeps until exactly that long from now.
    func sleeper(for duration: Duration) async {
        let gate = Gate()
        let isThere = state.withLock { state in
            let wake = state.now.advanced(by: duration)
            let isMet: ([Instant]) -> Bool = { $0.contains(wake) }
            if isMet(state.sleepers.values.map(\.wake)) { return true }
            state.arrivals.append((isMet, gate))
            return false
        }
        if !isThere { await gate.pass() }
    }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enqueue(Sleeper(wake: deadline, continuation: continuation), id)
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.cancelled.insert(id)
                return state.sleepers.removeValue(forKey: id)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    private func enqueue(_ sleeper: Sleeper, _ id: Int) {
        let (end, arrived) = state.withLock {
            state -> (Result<Void, any Error>?, [Gate]) in
            if state.cancelled.contains(id) { return (.failure(CancellationError()), []) }
            if sleeper.wake <= state.now { return (.success(()), []) }
            state.sleepers[id] = sleeper
            let wakes = state.sleepers.values.map(\.wake)
            let arrived = state.arrivals.filter { $0.isMet(wakes) }.map(\.gate)
            state.arrivals.removeAll { $0.isMet(wakes) }
            return (nil, arrived)
        }
        if let end { sleeper.continuation.resume(with: end) }
        for waiter in arrived { waiter.open() }
    }
}
