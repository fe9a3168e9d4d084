/// How a call is repeated: the "standard" mode of the AWS SDKs.
///
/// Source: SDK reference guide, "Retry behavior"; botocore `retries/standard.py`.
package struct RetryPolicy: Sendable, Hashable {
    /// Attempts in all, the first included; at least one.
    package var maxAttempts: Int
    /// No wait is longer.
    package var maxBackoff: Duration
    /// What repeats of one service may cost together until some succeed; nil for no limit.
    package var quota: Int?

    package init(maxAttempts: Int = 3, maxBackoff: Duration = .seconds(20), quota: Int? = 500) {
        self.maxAttempts = max(1, maxAttempts)
        self.maxBackoff = maxBackoff
        self.quota = quota
    }

    /// The wait before a repeat: a random part of 1 s, 2 s, 4 s … at most `maxBackoff`.
    ///
    /// - Parameters:
    ///   - failures: attempts that failed so far, from 1.
    ///   - fraction: a random number in 0..<1.
    /// - Returns: the wait.
    func backoff(afterFailures failures: Int, fraction: Double) -> Duration {
        let exponent = min(max(failures - 1, 0), 30)
        let ceiling = min(Duration.seconds(1 << exponent), maxBackoff)
        return ceiling * min(max(fraction, 0), 1)
    }
}
