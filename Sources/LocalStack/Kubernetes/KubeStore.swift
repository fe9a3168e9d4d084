import Foundation
import Synchronization

/// The state behind its lock, and the bell that wakes the controllers.
final class KubeStore: Sendable {
    private let state: Mutex<KubeState>
    /// Watchers whose client has gone.
    ///
    /// A lock of its own, under which nothing is resumed: a task that is being cancelled waits in the handler
    /// that notes this, and whoever resumes it under the state's lock would wait for that task for ever.
    private let departed = Mutex<Set<UUID>>([])
    let changed = KubeSignal()

    init(historyLimit: Int) {
        state = Mutex(KubeState(historyLimit: historyLimit))
    }

    /// Notes that nobody reads a watch any more; it is forgotten at the next look at the state.
    func depart(_ id: UUID) {
        departed.withLock { _ = $0.insert(id) }
    }

    private func forgetDeparted(_ state: inout KubeState) {
        let gone = departed.withLock { departed in
            defer { departed = [] }
            return departed
        }
        for id in gone { state.watchers[id] = nil }
    }

    func read<Result: Sendable>(_ body: (KubeState) -> Result) -> Result {
        state.withLock { state in
            forgetDeparted(&state)
            return body(state)
        }
    }

    /// Changes the state; whoever was cut meanwhile is ended after the lock is released, since ending calls back.
    func write<Result: Sendable>(
        _ body: (inout KubeState) throws(KubeFailure) -> Result
    ) throws(KubeFailure) -> Result {
        let outcome = state.withLock { state in
            forgetDeparted(&state)
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
            forgetDeparted(&state)
            let result = body(&state)
            defer { state.cut = [] }
            return (result: result, cut: state.cut, isDirty: !state.dirty.isEmpty)
        }
        for continuation in outcome.cut { continuation.finish() }
        if outcome.isDirty { changed.ring() }
        return outcome.result
    }
}
