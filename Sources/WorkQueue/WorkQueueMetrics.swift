import Metrics

/// A topic's measurements; labels are topic and outcome, of which there are few.
///
/// A class, so that looking it up for a message costs one reference.
final class WorkQueueMetrics: Sendable {
    enum Outcome: String, CaseIterable {
        case done
        case dead
        /// To be tried again: not an end.
        case again
    }

    private let running: Gauge
    private let waiting: Gauge
    private let resting: Gauge
    private let held: Gauge
    private let bytes: Gauge
    private let tracked: Gauge
    private let done: Counter
    private let dead: Counter
    private let again: Counter
    private let seconds: Recorder

    init(topic: String) {
        let labels = [("topic", topic)]
        running = Gauge(label: "berth_queue_running", dimensions: labels)
        waiting = Gauge(label: "berth_queue_waiting", dimensions: labels)
        resting = Gauge(label: "berth_queue_resting", dimensions: labels)
        held = Gauge(label: "berth_queue_held", dimensions: labels)
        bytes = Gauge(label: "berth_queue_bytes", dimensions: labels)
        tracked = Gauge(label: "berth_queue_tracked_offsets", dimensions: labels)
        func handled(_ outcome: Outcome) -> Counter {
            Counter(label: "berth_queue_handled_total", dimensions: labels + [("outcome", outcome.rawValue)])
        }
        (done, dead, again) = (handled(.done), handled(.dead), handled(.again))
        seconds = Recorder(label: "berth_queue_handler_seconds", dimensions: labels, aggregate: true)
    }

    func show(_ status: WorkQueueStatus.Topic) {
        running.record(status.running)
        waiting.record(status.waiting)
        resting.record(status.resting)
        held.record(status.isHeld ? 1 : 0)
        bytes.record(status.bytes)
        tracked.record(status.trackedOffsets)
    }

    /// Counts the ends of handlers.
    func count(_ finishes: [Finish]) {
        var dead = 0
        // Most of those that end together began together.
        var last: (ran: Duration, seconds: Double) = (.zero, 0)
        for finish in finishes {
            if finish.outcome == .dead { dead += 1 }
            if finish.ran != last.ran { last = (finish.ran, finish.ran / .seconds(1)) }
            seconds.record(last.seconds)
        }
        if dead > 0 { self.dead.increment(by: dead) }
        if finishes.count > dead { done.increment(by: finishes.count - dead) }
    }

    /// Counts a handler that is to be called again.
    func countRepetition() {
        again.increment()
    }
}

/// Counts what is said to the group as a whole.
struct CommitMetrics {
    private let accepted = Counter(label: "berth_queue_commits_total")
    private let refused = Counter(label: "berth_queue_commit_failures_total")

    func count(isAccepted: Bool) {
        (isAccepted ? accepted : refused).increment()
    }
}
