import Foundation

/// The time at which an operation takes place: one reading for all that it does.
struct DynamoMoment: Sendable {
    /// Monotone, for lags and lifetimes.
    let elapsed: Duration
    /// Wall clock, for what is stored.
    let date: Date
    /// What the real service's durations are multiplied by.
    let scale: Double

    init(_ time: StackTime) {
        elapsed = time.elapsed()
        date = time.date()
        scale = time.scale
    }

    func after(_ real: Duration) -> Duration {
        elapsed + real * scale
    }
}
