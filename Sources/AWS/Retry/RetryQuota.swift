/// What repeats may cost until calls succeed again, so that a broken service isn't buried under repeats.
///
/// Source: botocore `retries/standard.py`, `RetryQuotaChecker`: 500 in all, 5 a repeat, 10 after a timeout.
struct RetryQuota: Sendable, Hashable {
    static let repeatCost = 5
    static let timeoutCost = 10
    static let successRefund = 1

    let capacity: Int
    private(set) var available: Int

    init(capacity: Int) {
        self.capacity = max(0, capacity)
        available = self.capacity
    }

    mutating func pay(_ cost: Int) -> Bool {
        guard cost <= available else { return false }
        available -= cost
        return true
    }

    mutating func refund(_ paid: Int) {
        available = min(capacity, available + max(paid, Self.successRefund))
    }
}
