import Synchronization

/// A process: all its tasks' jobs run here, until it crashes.
///
/// A crash is a real one: what it had waiting is dropped for good and whatever is resumed later, too, so that
/// none of its code runs again, not even a `defer`. What it had sent is on its way.
package final class Machine: TaskExecutor {
    package enum Condition: Sendable, Equatable { case running, paused, crashed }

    private struct State {
        var condition = Condition.running
        /// What came while it was paused.
        var held: [UnownedJob] = []
    }

    package let name: String
    private let scheduler: Scheduler
    private let state = Mutex(State())

    init(_ name: String, _ scheduler: Scheduler) {
        self.name = name
        self.scheduler = scheduler
    }

    package var condition: Condition { state.withLock(\.condition) }

    package func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        let isReady = state.withLock { state in
            if state.condition == .paused { state.held.append(unowned) }
            return state.condition == .running
        }
        if isReady { scheduler.add(unowned, of: self) }
    }

    package func crash() {
        state.withLock { state in
            state.condition = .crashed
            state.held = []
        }
        _ = scheduler.remove(jobsOf: self)
    }

    package func pause() {
        let isPaused = state.withLock { state in
            guard state.condition == .running else { return false }
            state.condition = .paused
            return true
        }
        guard isPaused else { return }
        let waiting = scheduler.remove(jobsOf: self)
        state.withLock { $0.held = waiting + $0.held }
    }

    package func wake() {
        let held = state.withLock { state -> [UnownedJob] in
            guard state.condition == .paused else { return [] }
            state.condition = .running
            defer { state.held = [] }
            return state.held
        }
        for job in held { scheduler.add(job, of: self) }
    }
}
