/// The client tokens that CreateVolume was called with ("Ensuring idempotency").
struct EC2Tokens: Sendable {
    struct Use: Sendable {
        let fingerprint: [String: String]
        let volumeID: String
        let usedAt: Duration
        let answeredAt: Duration
    }

    private var uses: [String: Use] = [:]
    private var sweepAt = 1_000

    mutating func record(_ token: String, _ use: Use) {
        uses[token] = use
    }

    func use(of token: String) -> Use? { uses[token] }

    mutating func forget(_ token: String) {
        uses[token] = nil
    }

    /// Forgets what has expired, now and then, so that a long-lived stack doesn't grow.
    mutating func sweep(at now: Duration, lifetime: Duration) {
        guard uses.count >= sweepAt else { return }
        uses = uses.filter { now - $0.value.usedAt < lifetime }
        sweepAt = max(1_000, 2 * uses.count)
    }
}
