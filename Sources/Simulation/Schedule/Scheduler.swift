import Synchronization

/// Stores the jobs of all machines until the simulation runs them, one at a time.
final class Scheduler: Sendable {
    private struct Ready {
        let job: UnownedJob
        let machine: Machine
    }

    private struct State {
        var jobs: [Ready] = []
        var numbers: SeededNumbers?
        var steps = 0
        var question: (@Sendable (Machine, UnownedJob) -> Bool)?
    }

    private let state: Mutex<State>

    init(seed: UInt64?) {
        state = Mutex(State(numbers: seed.map(SeededNumbers.init)))
    }

    var steps: Int { state.withLock(\.steps) }

    func setQuestion(_ question: (@Sendable (Machine, UnownedJob) -> Bool)?) {
        state.withLock { $0.question = question }
    }

    func add(_ job: UnownedJob, of machine: Machine) {
        state.withLock { $0.jobs.append(Ready(job: job, machine: machine)) }
    }

    /// Takes away what a machine has waiting.
    func remove(jobsOf machine: Machine) -> [UnownedJob] {
        state.withLock { state in
            let taken = state.jobs.filter { $0.machine === machine }.map(\.job)
            state.jobs.removeAll { $0.machine === machine }
            return taken
        }
    }

    /// Runs one job; false if there is none.
    func step() -> Bool {
        let (next, question) = state.withLock {
            state -> (Ready?, (@Sendable (Machine, UnownedJob) -> Bool)?) in
            guard !state.jobs.isEmpty else { return (nil, nil) }
            state.steps += 1
            guard var numbers = state.numbers else { return (state.jobs.removeFirst(), state.question) }
            defer { state.numbers = numbers }
            let index = Int.random(in: 0..<state.jobs.count, using: &numbers)
            return (state.jobs.remove(at: index), state.question)
        }
        guard let next else { return false }
        if let question, question(next.machine, next.job) {
            // This job is dropped with the rest of its machine's.
            next.machine.crash()
        } else {
            next.job.runSynchronously(on: next.machine.asUnownedTaskExecutor())
        }
        return true
    }
}
