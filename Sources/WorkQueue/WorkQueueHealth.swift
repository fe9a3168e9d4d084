/// Whether a queue does its work, and what stands against it.
package struct WorkQueueHealth: Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        case notRunning(WorkQueueStatus.Phase)
        /// Events of the group wait, and with them its rebalances.
        case asksForNothing(for: Duration)
        case handlerStuck(for: Duration)
        /// There is work, and none of it gets done: say, because each try ends in another.
        case noProgress(topic: String, for: Duration)
        /// What is done comes again to whoever takes over.
        case commitsRefused(for: Duration)
    }

    /// From when on each counts.
    package struct Limits: Sendable, Hashable {
        /// Above the longest drain of a revocation, during which nothing is asked for.
        package var asking: Duration
        package var handler: Duration
        package var progress: Duration
        package var commits: Duration

        package init(
            asking: Duration = .seconds(30),
            handler: Duration = .seconds(120),
            progress: Duration = .seconds(120),
            commits: Duration = .seconds(60)
        ) {
            self.asking = asking
            self.handler = handler
            self.progress = progress
            self.commits = commits
        }
    }

    /// In a fixed order; none means ready.
    package let reasons: [Reason]

    package var isReady: Bool { reasons.isEmpty }

    /// Judges a status, without asking anybody.
    package init(of status: WorkQueueStatus, limits: Limits = Limits()) {
        var reasons: [Reason] = []
        if status.phase != .running { reasons.append(.notRunning(status.phase)) }
        if let time = status.sinceAsked, time > limits.asking { reasons.append(.asksForNothing(for: time)) }
        if let time = status.oldestRun, time > limits.handler { reasons.append(.handlerStuck(for: time)) }
        for (topic, state) in status.topics.sorted(by: { $0.key < $1.key }) {
            guard let time = state.sinceProgress, time > limits.progress else { continue }
            reasons.append(.noProgress(topic: topic, for: time))
        }
        if let time = status.refusedFor, time > limits.commits { reasons.append(.commitsRefused(for: time)) }
        self.reasons = reasons
    }
}

extension WorkQueueHealth.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notRunning(let phase): "the queue is \(phase)"
        case .asksForNothing(let time): "the queue hasn't asked for events for \(time)"
        case .handlerStuck(let time): "a handler has run for \(time)"
        case .noProgress(let topic, let time): "nothing of \(topic) has been finished for \(time)"
        case .commitsRefused(let time): "commits have been refused for \(time)"
        }
    }
}

extension WorkQueue {
    package func health(_ limits: WorkQueueHealth.Limits = WorkQueueHealth.Limits()) -> WorkQueueHealth {
        WorkQueueHealth(of: status(), limits: limits)
    }
}
