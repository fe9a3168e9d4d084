import Synchronization

/// Whether the process that a task belongs to is alive, paused or dead.
///
/// Every call of a fake passes here before its effect and after it. So a process can be stopped between any
/// two steps: killed, its calls never come back; paused, they come back when it wakes.
package final class Life: Sendable {
    private enum State {
        case alive
        case paused([UnsafeContinuation<Void, Never>])
        case dead
    }

    /// The process that the running task belongs to; nil for the test itself.
    @TaskLocal package static var current: Life?

    private let state = Mutex(State.alive)

    package init() {}

    package var isDead: Bool {
        state.withLock { if case .dead = $0 { true } else { false } }
    }

    /// What runs goes no further than to its next call, for ever.
    package func kill() { state.withLock { $0 = .dead } }

    package func pause() {
        state.withLock { state in
            guard case .alive = state else { return }
            state = .paused([])
        }
    }

    package func wake() {
        let waiting = state.withLock { state -> [UnsafeContinuation<Void, Never>] in
            guard case .paused(let waiting) = state else { return [] }
            state = .alive
            return waiting
        }
        for one in waiting { one.resume() }
    }

    /// Returns while the process runs.
    package static func pass() async {
        await Task.yield()
        await current?.pass()
    }

    private func pass() async {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let runs = state.withLock { state in
                switch state {
                case .alive: return true
                case .dead: return false
                case .paused(let waiting):
                    state = .paused(waiting + [continuation])
                    return false
                }
            }
            if runs { continuation.resume() }
        }
    }
}
