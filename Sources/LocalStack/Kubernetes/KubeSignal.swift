import Foundation
import Synchronization

/// A bell for one waiter: rung before it is waited for, it is still heard; rung twice, it is heard once.
final class KubeSignal: Sendable {
    private struct State {
        var rung = false
        var waiter: (id: UUID, continuation: CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    func ring() {
        let waiter = state.withLock { state in
            guard let waiter = state.waiter else {
                state.rung = true
                return nil as CheckedContinuation<Void, Never>?
            }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume()
    }

    /// Returns when the bell has rung or the task is cancelled; who waited before is woken.
    func wait() async {
        let id = UUID()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let woken = enlist(id, continuation)
                for waiter in woken { waiter.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                guard state.waiter?.id == id else { return nil as CheckedContinuation<Void, Never>? }
                defer { state.waiter = nil }
                return state.waiter?.continuation
            }
            waiter?.resume()
        }
    }

    private func enlist(
        _ id: UUID,
        _ continuation: CheckedContinuation<Void, Never>
    ) -> [CheckedContinuation<Void, Never>] {
        state.withLock { state in
            if state.rung || Task.isCancelled {
                state.rung = false
                return [continuation]
            }
            let displaced = state.waiter?.continuation
            state.waiter = (id, continuation)
            return [displaced].compactMap(\.self)
        }
    }
}
