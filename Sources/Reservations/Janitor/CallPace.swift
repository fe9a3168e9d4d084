import Synchronization

/// Keeps calls of one kind below the rate that EC2 allows an account: whoever has no turn yet comes back.
///
/// A turn is kept for whoever it was given to, so that many who come back don't take it from each other.
final class CallPace: Sendable {
    /// More turns than these aren't kept; whoever lost one gets another.
    private static let mostTurns = 10_000

    private struct State {
        /// When the next turn is; in the past by as much as calls may be made at once.
        var next: Duration?
        var turns: [VolumeID: Duration] = [:]
    }

    private let interval: Duration
    private let burst: Int
    private let state = Mutex(State())

    init(perSecond rate: Double, burst: Int) {
        interval = .seconds(1 / max(rate, 0.01))
        self.burst = max(burst, 1)
    }

    /// How long until it is a volume's turn; nil: now, and the turn is taken.
    func wait(for volume: VolumeID, at now: Duration) -> Duration? {
        state.withLock { state in
            let turn = state.turns[volume] ?? give(&state, at: now)
            guard turn > now else {
                state.turns[volume] = nil
                return nil
            }
            if state.turns.count < Self.mostTurns { state.turns[volume] = turn }
            return turn - now
        }
    }

    private func give(_ state: inout State, at now: Duration) -> Duration {
        let turn = max(state.next ?? .zero, now - interval * (burst - 1))
        state.next = turn + interval
        return turn
    }
}
