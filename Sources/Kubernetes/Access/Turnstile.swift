import Synchronization

/// Lets one through at a time, in order of arrival; whoever is cancelled leaves the queue.
final class Turnstile: Sendable {
    private struct State {
        var taken = false
        var next: UInt64 = 0
        var queue: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        /// Cancelled before they queued.
        var gone: Set<UInt64> = []
    }

    private let state = Mutex(State())

    /// Returns once nobody else is inside; pair with ``leave()``.
    ///
    /// - Throws: `CancellationError`; the caller is not inside then.
    func enter() async throws {
        let id = state.withLock { state in
            state.next &+= 1
            return state.next
        }
        let inside = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if state.gone.remove(id) != nil { return false }
                    if !state.taken {
                        state.taken = true
                        return true
                    }
                    state.queue.append((id, continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Bool, Never>? in
                guard let index = state.queue.firstIndex(where: { $0.id == id }) else {
                    state.gone.insert(id)
                    return nil
                }
                return state.queue.remove(at: index).continuation
            }
            waiter?.resume(returning: false)
        }
        state.withLock { _ = $0.gone.remove(id) }
        guard inside else { throw CancellationError() }
    }

    /// Lets the next one through.
    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.queue.isEmpty else {
                state.taken = false
                return nil
            }
            return state.queue.removeFirst().continuation
        }
        next?.resume(returning: true)
    }
}
