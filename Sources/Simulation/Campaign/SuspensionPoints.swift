import Synchronization

/// Which suspension points of the domain's code were reached, and at which its process crashed.
package final class SuspensionPoints: Sendable {
    private struct State {
        var reached: Set<Int> = []
        var crashedAt: Set<Int> = []
    }

    private let state = Mutex(State())

    package init() {}

    package var counts: (reached: Int, crashedAt: Int) {
        state.withLock { ($0.reached.count, $0.crashedAt.count) }
    }

    /// A machine's job is about to run, or to be lost with its machine.
    func passed(_ job: UnownedJob, crashing: Bool) {
        guard let point = AsyncStack.fingerprint(of: job) else { return }
        state.withLock { state in
            state.reached.insert(point)
            if crashing { state.crashedAt.insert(point) }
        }
    }
}
