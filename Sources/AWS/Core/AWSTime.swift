package import Foundation

/// The time and chance that the clients live by; nothing in this library reads the machine's own.
package struct AWSTime: Sendable {
    /// Monotone time since some fixed start: for waits and budgets.
    package let elapsed: @Sendable () -> Duration
    /// The wall clock: for signatures and the expiry of credentials.
    package let date: @Sendable () -> Date
    /// Sleeps, and throws when the task is cancelled.
    package let sleep: @Sendable (Duration) async throws -> Void
    /// A random number in 0..<1: for backoff and jitter.
    package let fraction: @Sendable () -> Double

    package init(
        elapsed: @escaping @Sendable () -> Duration,
        date: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        fraction: @escaping @Sendable () -> Double
    ) {
        self.elapsed = elapsed
        self.date = date
        self.sleep = sleep
        self.fraction = fraction
    }
}
