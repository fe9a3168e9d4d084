import Synchronization

/// What happened in all fakes, in one order.
package final class Chronicle: Sendable {
    private let lines = Mutex<[String]>([])

    package init() {}

    package var all: [String] { lines.withLock { $0 } }

    package func add(_ line: String) { lines.withLock { $0.append(line) } }

    package func first(_ text: String) -> Int? { all.firstIndex { $0.contains(text) } }
}
