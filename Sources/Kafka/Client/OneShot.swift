import Synchronization

/// A result that may come before anybody waits for it, from any thread; the first one counts.
final class OneShot<Value: Sendable>: Sendable {
    typealias Outcome = Result<Value, KafkaError>

    private enum State {
        case open
        case awaited(CheckedContinuation<Outcome, Never>)
        case settled(Outcome)
    }

    private let state = Mutex(State.open)

    @discardableResult
    func settle(_ outcome: Outcome) -> Bool {
        let (isFirst, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Outcome, Never>?) in
            switch state {
            case .open:
                state = .settled(outcome)
                return (true, nil)
            case .awaited(let waiter):
                state = .settled(outcome)
                return (true, waiter)
            case .settled:
                return (false, nil)
            }
        }
        waiter?.resume(returning: outcome)
        return isFirst
    }

    /// Waits for the result; to be called once.
    ///
    /// Cancellation only calls `onCancel`, which has to see to it that the result comes.
    func value(onCancel: @escaping @Sendable () -> Void) async throws(KafkaError) -> Value {
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> Outcome? in
                    switch state {
                    case .open:
                        state = .awaited(continuation)
                        return nil
                    case .awaited:
                        return .failure(.coded(.state, "a result was awaited twice"))
                    case .settled(let outcome):
                        return outcome
                    }
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            onCancel()
        }
        return try outcome.get()
    }
}
