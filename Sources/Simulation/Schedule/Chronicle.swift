import Synchronization

/// What happened in all services, in one order.
package final class Chronicle: Sendable {
    private let lines = Mutex<[String]>([])
    private let clock: (@Sendable () -> Duration)?

    /// A chronicle; with a clock, each line begins with the time.
    package init(clock: (@Sendable () -> Duration)? = nil) { self.clock = clock }

    package var all: [String] { lines.withLock { $0 } }

    package func add(_ line: String) {
        let stamp = clock.map { Self.text($0()) + "  " } ?? ""
        lines.withLock { $0.append(stamp + line) }
    }

    package func first(_ text: String) -> Int? { all.firstIndex { $0.contains(text) } }

    /// Seconds with three decimals, right-aligned.
    private static func text(_ time: Duration) -> String {
        let milliseconds = Int(time / .milliseconds(1))
        let whole = String(milliseconds / 1_000)
        let rest = String(milliseconds % 1_000 + 1_000).dropFirst()
        return String(repeating: " ", count: max(0, 6 - whole.count)) + whole + "." + rest
    }
}
