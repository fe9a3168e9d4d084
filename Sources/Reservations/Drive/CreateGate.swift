import Synchronization

/// Lets CreateVolume calls through at this worker's share of the rate that EC2 allows the account.
///
/// A call that EC2 throttles costs a token of the same bucket all the same, so asking more often makes
/// everybody slower.
package final class CreateGate: Sendable {
    private struct State {
        var tokens: Double
        var countedAt: Duration
        var workers = 1
    }

    private let rate: Double
    private let burst: Double
    private let time: any Timepiece
    private let state: Mutex<State>

    /// A gate.
    ///
    /// - Parameters:
    ///   - rate: calls a second, of all workers together.
    ///   - burst: calls at once, of all workers together.
    ///   - time: its clock.
    package init(rate: Double, burst: Double, time: any Timepiece) {
        self.rate = rate
        self.burst = burst
        self.time = time
        state = Mutex(State(tokens: burst, countedAt: time.monotonic()))
    }

    /// How many workers share the rate.
    package func share(among workers: Int) {
        state.withLock { state in
            state.workers = max(workers, 1)
            state.tokens = min(state.tokens, burst / Double(state.workers))
        }
    }

    /// Takes a token, and says how long to wait before using it; waiters are served in their order.
    package func take() -> Duration {
        let now = time.monotonic()
        return state.withLock { state in
            let share = rate / Double(state.workers)
            let most = max(burst / Double(state.workers), 1)
            state.tokens = min(most, state.tokens + (now - state.countedAt) / .seconds(1) * share)
            state.countedAt = now
            state.tokens -= 1
            return state.tokens >= 0 ? .zero : .seconds(-state.tokens / share)
        }
    }
}
