import Fleet
import Foundation
import Glibc
import Reservations

/// What standard output can show.
enum Terminal {
    static var style: TraceDrawing.Style {
        let environment = ProcessMain.environment
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let isPlain = environment["NO_COLOR"].map { !$0.isEmpty } ?? false || environment["TERM"] == "dumb"
        return TraceDrawing.Style(
            width: width ?? environment["COLUMNS"].flatMap { Int($0) } ?? 100,
            isColoured: isTerminal && !isPlain,
            isUnicode: isUnicode(environment)
        )
    }

    /// Nil where output is no terminal.
    private static var width: Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// The first of these that is set decides, as in locale(7); none of them set, a pipe gets UTF-8.
    private static func isUnicode(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty }
        guard let locale else { return isatty(STDOUT_FILENO) == 0 }
        return locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
    }
}
