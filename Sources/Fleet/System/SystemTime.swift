package import Foundation
import Glibc
import Reservations

/// The machine's own clocks.
package struct SystemTime: Timepiece {
    private let services: @Sendable () -> Date?

    /// A timepiece that learns the services' time from a function.
    package init(serviceNow: @escaping @Sendable () -> Date? = { nil }) {
        services = serviceNow
    }

    /// CLOCK_BOOTTIME: it counts while the machine is suspended, and no administrator sets it.
    package func monotonic() -> Duration {
        var time = timespec()
        // Fails only for a clock that the kernel doesn't have; all since Linux 2.6.39 have this one.
        clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    package func now() -> Date { Date() }

    package func serviceNow() -> Date? { services() }

    package func sleep(for duration: Duration) async throws {
        // ContinuousClock counts while suspended, as `monotonic` does.
        try await Task.sleep(for: duration, clock: .continuous)
    }
}
