import Synchronization

/// Ends a reservation's waits early, because its row may have changed.
package final class Interrupt: Sendable {
    private struct State {
        var isRaised = false
        /// What the driver works on.
        var version = 0
        var isEnding = false
        var row: DrivenReservation?
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter = 0
    }

    private let state = Mutex(State())

    package init() {}

    package func raise() {
        let waiters = state.withLock { state in
            state.isRaised = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// The driver says which row it works on, so that it isn't interrupted by what it knows.
    func working(on row: Reservation) {
        state.withLock { state in
            state.version = row.version
            state.isEnding = row.status.isEnding
            state.row = DrivenReservation(row)
        }
    }

    /// What the driver works on; nil until it began.
    var row: DrivenReservation? { state.withLock(\.row) }

    /// Raised only if the driver hasn't seen that version of the row yet.
    package func raise(ifNewer version: Int) {
        if state.withLock({ version > $0.version }) { raise() }
    }

    /// Raised only if the driver isn't ending the reservation already.
    package func raiseUnlessEnding() {
        if state.withLock({ !$0.isEnding }) { raise() }
    }

    /// Whether it was raised; it no longer is, since the row is about to be read again.
    package func take() -> Bool {
        state.withLock { state in
            defer { state.isRaised = false }
            return state.isRaised
        }
    }

    /// Returns once raised, or when the task is cancelled.
    func raised() async {
        let ticket = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isRaised || Task.isCancelled { return true }
                    state.waiters[ticket] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: ticket) }?.resume()
        }
    }

    /// Does something that may be given up at any point; nil if the interrupt came first.
    ///
    /// For waits and reads only: an effect that is given up leaves its outcome unknown.
    package func unlessRaised<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await self.raised()
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
