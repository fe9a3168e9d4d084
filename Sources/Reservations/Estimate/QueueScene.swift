/// What one may know of a GPU type at a moment: who runs, who waits, and how the past turned out.
///
/// Times are seconds on any one scale; GPUs of CPU types are servers.
package struct QueueScene: Sendable {
    package struct Running: Sendable {
        package let node: String
        package let gpus: Int
        package let since: Double
        /// When it ends by what is known now.
        package let expiresAt: Double

        package init(node: String, gpus: Int, since: Double, expiresAt: Double) {
            self.node = node
            self.gpus = gpus
            self.since = since
            self.expiresAt = expiresAt
        }
    }

    package struct Waiting: Sendable {
        package let gpus: Int
        /// How long it wants to run.
        package let seconds: Double

        package init(gpus: Int, seconds: Double) {
            self.gpus = gpus
            self.seconds = seconds
        }
    }

    package let now: Double
    /// GPUs by node.
    package let nodes: [String: Int]
    package let running: [Running]
    /// First come first; the last is the one that is asked for.
    package let waiting: [Waiting]

    package init(now: Double, nodes: [String: Int], running: [Running], waiting: [Waiting]) {
        self.now = now
        self.nodes = nodes
        self.running = running
        self.waiting = waiting
    }
}

/// A server of the past: how long it was to run, and how long it did.
package struct PastRun: Sendable {
    package let planned: Double
    package let actual: Double

    package init(planned: Double, actual: Double) {
        self.planned = planned
        self.actual = actual
    }
}

/// When a queued reservation gets its GPUs: as likely before `p50` as after it, and rarely after `p90`.
package struct QueueEstimate: Sendable, Equatable, Codable {
    /// Seconds from now.
    package let p50: Double
    package let p90: Double
}
