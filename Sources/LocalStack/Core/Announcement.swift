import Foundation
import Synchronization

/// A value that comes once and that many may wait for, such as the port that a server was given.
package final class Announcement<Value: Sendable>: Sendable {
    private enum State {
        case open([UUID: CheckedContinuation<Value, any Error>])
        case closed(Result<Value, any Error>)
    }

    private let state = Mutex(State.open([:]))

    package init() {}

    /// Tells the outcome to whoever waits; a second outcome is ignored.
    package func announce(_ outcome: Result<Value, any Error>) {
        let waiting = state.withLock { state -> [CheckedContinuation<Value, any Error>] in
            guard case .open(let waiting) = state else { return [] }
            state = .closed(outcome)
            return Array(waiting.values)
        }
        for continuation in waiting { continuation.resume(with: outcome) }
    }

    /// The value, once it is there.
    ///
    /// - Throws: what was announced instead, or `CancellationError`.
    package var value: Value {
        get async throws {
            let id = UUID()
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { enqueue($0, id: id) }
            } onCancel: {
                cancel(id)
            }
        }
    }

    private func enqueue(_ continuation: CheckedContinuation<Value, any Error>, id: UUID) {
        let outcome = state.withLock { state -> Result<Value, any Error>? in
            switch state {
            case .closed(let outcome):
                return outcome
            case .open(var waiting):
                if Task.isCancelled { return .failure(CancellationError()) }
                waiting[id] = continuation
                state = .open(waiting)
                return nil
            }
        }
        if let outcome { continuation.resume(with: outcome) }
    }

    private func cancel(_ id: UUID) {
        let continuation = state.withLock { state -> CheckedContinuation<Value, any Error>? in
            guard case .open(var waiting) = state else { return nil }
            let continuation = waiting.removeValue(forKey: id)
            state = .open(waiting)
            return continuation
        }
        continuation?.resume(throwing: CancellationError())
    }
}
