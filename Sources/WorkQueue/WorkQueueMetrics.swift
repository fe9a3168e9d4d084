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

    /// Counts an end of a handler; `ran` is nil where no handler ran, as for a letter tried again.
    func count(_ outcome: Outcome, ran: Duration?) {
        switch outcome {
        case .done: done.increment()
        case .dead: dead.increment()
        case .again: again.increment()
        }
        if let ran { seconds.record(ran / .seconds(1)) }
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
