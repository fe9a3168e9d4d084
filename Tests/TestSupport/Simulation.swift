import Foundation
import Synchronization

/// Owns schedule and time, so that the same seed gives the same run.
///
/// One job runs at a time, in the order in which they came or in one drawn from the seed; and when all wait,
/// time goes on to the next who sleeps.
package final class Simulation: Sendable {
    package struct Stuck: Error, CustomStringConvertible {
        package let description: String
    }

    /// More jobs than any test needs: whoever comes here runs in a circle.
    private static let mostSteps = 3_000_000

    package let time: TestTime
    private let scheduler: Scheduler
    private let tasks = Mutex<[Task<Void, Never>]>([])

    /// A simulation.
    ///
    /// - Parameters:
    ///   - time: the clock that it moves.
    ///   - seed: draws the order of jobs; nil: first come, first served.
    package init(time: TestTime, seed: UInt64? = nil) {
        self.time = time
        scheduler = Scheduler(seed: seed)
    }

    /// Starts something that goes on beside the rest until the run is over.
    @discardableResult
    package func start(_ work: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        let task = Task(executorPreference: scheduler) { await work() }
        tasks.withLock { $0.append(task) }
        return task
    }

    /// Runs work to its end, on a thread of its own.
    ///
    /// - Parameters:
    ///   - limit: how far time may go.
    ///   - work: is given this simulation's schedule, as is all that it starts.
    /// - Returns: what the work returns.
    /// - Throws: what the work throws, or ``Stuck``.
    package func run<Value: Sendable>(
        within limit: Duration = .seconds(7 * 24 * 3600),
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let outcome = Mutex<Result<Value, any Error>?>(nil)
        return try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { [self] in
                start {
                    do {
                        let value = try await work()
                        outcome.withLock { $0 = .success(value) }
                    } catch {
                        outcome.withLock { $0 = .failure(error) }
                    }
                }
                let stuck = drive(until: limit) { outcome.withLock { $0 != nil } }
                let result = outcome.withLock { $0 }
                tidy()
                continuation.resume(with: result ?? .failure(stuck))
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    private func drive(until limit: Duration, _ isOver: () -> Bool) -> Stuck {
        var steps = 0
        while !isOver() {
            if scheduler.step() {
                steps += 1
                if steps > Self.mostSteps { return Stuck(description: "ran in a circle") }
            } else if !time.advanceToNextSleeper(before: limit) {
                return Stuck(description: "nobody runs, and nobody sleeps before \(limit)")
            }
        }
        return Stuck(description: "over")
    }

    /// What still runs is cancelled and gets some steps to notice it.
    private func tidy() {
        for task in tasks.withLock({ $0 }) { task.cancel() }
        var steps = 0
        while scheduler.step(), steps < 20_000 { steps += 1 }
    }
}

/// Stores jobs until the simulation runs them.
private final class Scheduler: TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var numbers: SeededNumbers?
    }

    private let state: Mutex<State>

    init(seed: UInt64?) {
        state = Mutex(State(numbers: seed.map(SeededNumbers.init)))
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        state.withLock { $0.jobs.append(unowned) }
    }

    /// Runs one job; false if there is none.
    func step() -> Bool {
        let job = state.withLock { state -> UnownedJob? in
            guard !state.jobs.isEmpty else { return nil }
            guard var numbers = state.numbers else { return state.jobs.removeFirst() }
            defer { state.numbers = numbers }
            return state.jobs.remove(at: Int.random(in: 0..<state.jobs.count, using: &numbers))
        }
        guard let job else { return false }
        job.runSynchronously(on: asUnownedTaskExecutor())
        return true
    }
}
