import Foundation
import Synchronization

/// The state behind its lock, and the bell that wakes the controllers.
final class KubeStore: Sendable {
    private let state: Mutex<KubeState>
    let changed = KubeSignal()

    init(historyLimit: Int) {
        state = Mutex(KubeState(historyLimit: historyLimit))
    }

    func read<Result: Sendable>(_ body: (KubeState) -> Result) -> Result {
        state.withLock { body($0) }
    }

    /// Changes the state; whoever was cut meanwhile is ended after the lock is released, since ending calls back.
    func write<Result: Sendable>(
        _ body: (inout KubeState) throws(KubeFailure) -> Result
    ) throws(KubeFailure) -> Result {
        let outcome = state.withLock { state in
            let result: Swift.Result<Result, KubeFailure>
            do throws(KubeFailure) {
                result = .success(try body(&state))
            } catch {
                result = .failure(error)
            }
            defer { state.cut = [] }
            return (result: result, cut: state.cut, isDirty: !state.dirty.isEmpty)
        }
        for continuation in outcome.cut { continuation.finish() }
        if outcome.isDirty { changed.ring() }
        return try outcome.result.get()
    }

    /// Changes the state by something that can't be refused.
    func update<Result: Sendable>(_ body: (inout KubeState) -> Result) -> Result {
        let outcome = state.withLock { state in
            let result = body(&state)
            defer { state.cut = [] }
            return (result: result, cut: state.cut, isDirty: !state.dirty.isEmpty)
        }
        for continuation in outcome.cut { continuation.finish() }
        if outcome.isDirty { changed.ring() }
        return outcome.result
    }
}
