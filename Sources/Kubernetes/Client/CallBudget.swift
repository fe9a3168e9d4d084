/// What is left of a call's deadline, on the monotone clock.
struct CallBudget: Sendable {
    private let end: Duration
    private let uptime: @Sendable () -> Duration

    init(_ deadline: Duration, time: KubernetesTime) {
        uptime = time.uptime
        end = time.uptime() + deadline
    }

    var left: Duration { max(.zero, end - uptime()) }
}

/// Exponential waits with full jitter above a half: never zero, never in step with others'.
struct BackOff: Sendable {
    let first: Duration
    let longest: Duration

    /// The wait after that many failures in a row.
    func wait(afterFailures failures: Int, random: Double) -> Duration {
        let doublings = min(max(failures - 1, 0), 20)
        let whole = min(longest, first * (1 << doublings))
        return whole * (0.5 + random / 2)
    }
}
