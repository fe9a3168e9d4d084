package import Foundation

/// The clocks and the chance that the client uses; it never reads the system's own.
package struct KubernetesTime: Sendable {
    /// The wall clock: judges when a credential expires.
    package let now: @Sendable () -> Date
    /// A monotone clock from any origin: measures deadlines and how old a file read is.
    package let uptime: @Sendable () -> Duration
    /// Suspends for a time of the monotone clock; throws `CancellationError` when cancelled.
    package let sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to, not including, 1: spreads back-offs and watch lengths.
    package let random: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Date,
        uptime: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
        self.random = random
    }
}
