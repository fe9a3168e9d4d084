import Foundation
import Glibc
package import Logging

/// Makes the loggers of a process as its settings say; to be called once, before anything logs.
package enum LogStart {
    package static func bootstrap(_ settings: LogSettings) {
        ProcessLogLevel.current = settings.level
        LoggingSystem.bootstrap { label in ReloadableLogHandler(handler(label: label, settings)) }
    }

    /// A logger without the process's bootstrap, for a command or a test.
    package static func logger(label: String, _ settings: LogSettings) -> Logger {
        Logger(label: label) { label in handler(label: label, settings) }
    }

    private static func handler(label: String, _ settings: LogSettings) -> any LogHandler {
        let isPlain = settings.format == .plain || (settings.format == .auto && isatty(STDERR_FILENO) == 1)
        if isPlain {
            return PlainLogHandler(level: settings.level, output: .standardError, now: Date.init)
        }
        return JSONLogHandler(label: label, level: settings.level, output: .standardError, now: Date.init)
    }
}
