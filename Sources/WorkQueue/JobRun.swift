import DequeModule
import Synchronization

/// Jobs that start at the same time, for whoever comes to take one.
final class JobRun: Sendable {
    private let jobs: Mutex<Deque<TopicIntake.Job>>

    init(_ jobs: Deque<TopicIntake.Job>) {
        self.jobs = Mutex(jobs)
    }

    var isEmpty: Bool { jobs.withLock { $0.isEmpty } }

    func next() -> TopicIntake.Job? {
        jobs.withLock { $0.popFirst() }
    }
}
