import Foundation
import Glibc
import Synchronization

/// Tells a person at a terminal how far something has come that takes over two seconds.
final class LongProgress: Sendable {
    private static let interval = Duration.seconds(2)

    private let deed: String
    private let what: String
    private let next: Mutex<ContinuousClock.Instant>
    private let isShown = isatty(STDERR_FILENO) == 1

    init(_ deed: String, of what: String) {
        self.deed = deed
        self.what = what
        next = Mutex(.now + Self.interval)
    }

    func tell(_ done: Int64, of total: Int64) {
        guard isShown else { return }
        let isDue = next.withLock { next in
            guard ContinuousClock.now >= next else { return false }
            next = .now + Self.interval
            return true
        }
        if isDue { Printing.toStandardError("\(deed) \(done) of \(total) \(what)") }
    }
}
