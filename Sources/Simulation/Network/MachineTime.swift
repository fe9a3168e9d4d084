package import Foundation
import Reservations
import Synchronization

/// A machine's clocks: one that began somewhere and only goes on, and one that somebody set.
package final class MachineTime: Timepiece {
    private let base: TestTime
    private let origin: Duration
    private let skew: Mutex<TimeInterval>
    private let serviceSkew: TimeInterval

    package init(_ base: TestTime, origin: Duration, skew: TimeInterval, serviceSkew: TimeInterval) {
        self.base = base
        self.origin = origin
        self.skew = Mutex(skew)
        self.serviceSkew = serviceSkew
    }

    package func monotonic() -> Duration { base.monotonic() + origin }

    package func now() -> Date { base.now().addingTimeInterval(skew.withLock { $0 }) }

    package func serviceNow() -> Date? { base.now().addingTimeInterval(serviceSkew) }

    package func sleep(for duration: Duration) async throws { try await base.sleep(for: duration) }

    /// Somebody sets the clock.
    package func jump(by seconds: TimeInterval) { skew.withLock { $0 += seconds } }
}
