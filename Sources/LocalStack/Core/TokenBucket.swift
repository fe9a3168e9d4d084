/// What EC2 limits requests with: each takes a token, tokens come back at a rate ("Request throttling", EC2 guide).
package struct TokenBucket: Sendable {
    /// How many tokens it holds, and how many come back a second of the real service's time.
    package struct Limits: Sendable, Hashable, Codable {
        package var size: Double
        package var refillPerSecond: Double

        package init(size: Double, refillPerSecond: Double) {
            self.size = size
            self.refillPerSecond = refillPerSecond
        }
    }

    private var limits: Limits
    private var tokens: Double
    private var filledAt: Duration

    package init(_ limits: Limits, at now: Duration) {
        self.limits = limits
        tokens = limits.size
        filledAt = now
    }

    /// Takes a token; false if there is none.
    ///
    /// A stack whose time is scaled down refills as much faster; at scale 0 nothing is ever limited.
    package mutating func take(at now: Duration, scale: Double) -> Bool {
        guard scale > 0 else { return true }
        let passed = max(0, (now - filledAt) / .seconds(1)) / scale
        tokens = min(limits.size, tokens + passed * limits.refillPerSecond)
        filledAt = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
