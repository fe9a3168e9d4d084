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
    /// What runs on no machine that can crash: the world itself, and tests.
    private let ground: Machine
    private let tasks = Mutex<[Task<Void, Never>]>([])

    /// A simulation.
    ///
    /// - Parameters:
    ///   - time: the clock that it moves.
    ///   - seed: draws the order of jobs; nil: first come, first served.
    package init(time: TestTime, seed: UInt64? = nil) {
        self.time = time
        scheduler = Scheduler(seed: seed)
        ground = Machine("world", scheduler)
    }

    /// How many jobs ran.
    package var steps: Int { scheduler.steps }

    /// A process's place: what runs there can be crashed or paused between any two jobs.
    package func machine(_ name: String) -> Machine { Machine(name, scheduler) }

    /// Is asked before each job of a machine; true: the machine crashes instead.
    package func beforeEachJob(_ question: (@Sendable (Machine, UnownedJob) -> Bool)?) {
        scheduler.setQuestion(question)
    }

    /// Starts something that goes on beside the rest until the run is over.
    @discardableResult
    package func start(
        on machine: Machine? = nil,
        _ work: @escaping @Sendable () async -> Void
    ) -> Task<Void, Never> {
        let task = Task(executorPreference: machine ?? ground) { await work() }
        if machine == nil { tasks.withLock { $0.append(task) } }
        return task
    }

    /// Starts something short that nobody needs to cancel.
    package func perform(_ work: @escaping @Sendable () async -> Void) {
        _ = Task(executorPreference: ground) { await work() }
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
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { [self] in
                continuation.resume(with: Result { try runHere(within: limit, work) })
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    /// Runs work to its end on this thread.
    ///
    /// - Parameters:
    ///   - limit: how far time may go.
    ///   - work: is given this simulation's schedule, as is all that it starts.
    /// - Returns: what the work returns.
    /// - Throws: what the work throws, or ``Stuck``.
    package func runHere<Value: Sendable>(
        within limit: Duration,
        _ work: @escaping @Sendable () async throws -> Value
    ) throws -> Value {
        let outcome = Outcome<Value>()
        start {
            do {
                outcome.set(.success(try await work()))
            } catch {
                outcome.set(.failure(error))
            }
        }
        let stuck = drive(until: limit) { outcome.value != nil }
        let result = outcome.value
        tidy()
        return try (result ?? .failure(stuck)).get()
    }

    private func drive(until limit: Duration, _ isOver: () -> Bool) -> Stuck {
        let first = scheduler.steps
        while !isOver() {
            if scheduler.step() {
                if scheduler.steps - first > Self.mostSteps { return Stuck(description: "ran in a circle") }
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

/// What a run came to, once it has.
private final class Outcome<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)

    var value: Result<Value, any Error>? { result.withLock { $0 } }

    func set(_ new: Result<Value, any Error>) { result.withLock { $0 = new } }
}
