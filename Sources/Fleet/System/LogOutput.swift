import Foundation
import Glibc
import Synchronization

/// Where log lines go: a descriptor, one whole line after another.
struct LogOutput: Sendable {
    /// One line at a time, whatever task or thread logs.
    private static let turn = Mutex(())

    private let write: @Sendable (String) -> Void

    init(_ write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    static let standardError = LogOutput { line in
        let bytes = Array((line + "\n").utf8)
        turn.withLock { _ in
            bytes.withUnsafeBytes { buffer in
                var rest = buffer[...]
                while !rest.isEmpty {
                    let count = Glibc.write(
                        STDERR_FILENO,
                        UnsafeRawBufferPointer(rebasing: rest).baseAddress,
                        rest.count
                    )
                    if count < 0, errno == EINTR { continue }
                    // Nobody reads any more: a log that can't be written must not end its process.
                    guard count > 0 else { return }
                    rest = rest.dropFirst(count)
                }
            }
        }
    }

    func line(_ text: String) { write(text) }
}

/// A log line's time: UTC, to a millisecond.
enum LogTime {
    static func text(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
