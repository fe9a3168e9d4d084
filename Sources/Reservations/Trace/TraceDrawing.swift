import Foundation

/// A trace for people: bars, figures and events, in lines that fit a width.
package struct TraceDrawing: Sendable {
    package struct Style: Sendable {
        /// Columns of a line.
        let width: Int
        let isColoured: Bool
        let isUnicode: Bool

        /// A style; a width that no terminal has is taken for the nearest that makes sense.
        package init(width: Int, isColoured: Bool, isUnicode: Bool) {
            self.width = min(max(width, 50), 400)
            self.isColoured = isColoured
            self.isUnicode = isUnicode
        }
    }

    private let trace: ReservationTrace
    private let style: Style

    package init(_ trace: ReservationTrace, style: Style) {
        self.trace = trace
        self.style = style
    }

    package var lines: [String] {
        var lines = bars
        let figures = figures
        if !figures.isEmpty { lines += [""] + figures }
        return lines + [""] + events
    }

    // MARK: Bars

    private var bars: [String] {
        let stretches = trace.stretches
        let end = max(
            stretches.map { $0.start + $0.seconds }.filter(\.isFinite).max() ?? 0,
            trace.report.totalSeconds ?? 0,
            0.001
        )
        let longest = stretches.map { label($0).count }.max() ?? 0
        let room = max(style.width - longest - Self.figureWidth - 3, 10)
        var lines: [String] = []
        for attempt in Set(stretches.map(\.attempt)).sorted() {
            if trace.attempts.count > 1 {
                lines.append(dimmed("attempt \(attempt)  \(trace.worker(of: attempt))"))
            }
            for one in stretches where one.attempt == attempt {
                let name = label(one).padding(toLength: longest, withPad: " ", startingAt: 0)
                lines.append("\(name) \(figure(one.seconds))  \(bar(one, of: end, room: room))")
            }
        }
        return lines
    }

    private static let figureWidth = 10

    private func label(_ one: ReservationTrace.Stretch) -> String {
        one.isFinished ? one.name : one.name + (style.isUnicode ? " …" : " ...")
    }

    private func figure(_ seconds: Double) -> String {
        let text = String(format: "%.2f s", seconds)
        return String(repeating: " ", count: max(0, Self.figureWidth - text.count)) + text
    }

    private func bar(_ one: ReservationTrace.Stretch, of end: Double, room: Int) -> String {
        func eighths(_ part: Double) -> Int {
            guard part.isFinite else { return 0 }
            return Int((min(max(part, 0), 1) * Double(room * 8)).rounded())
        }
        let from = min(eighths(one.start / end) / 8, room - 1)
        let length = max(min(eighths(one.seconds / end), (room - from) * 8), 1)
        let drawn: String
        if style.isUnicode {
            let rest = length % 8
            drawn = String(repeating: "█", count: length / 8) + (rest == 0 ? "" : Self.partial[rest - 1])
        } else {
            drawn = String(repeating: "#", count: max(1, (length + 4) / 8))
        }
        return String(repeating: " ", count: from) + coloured(drawn, one)
    }

    private static let partial = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    private func coloured(_ text: String, _ one: ReservationTrace.Stretch) -> String {
        guard style.isColoured else { return text }
        let colour =
            if !one.isFinished { 31 } else {
                switch one.name {
                case TracePhase.diskCreate.name, TracePhase.diskWait.name, TracePhase.volumeIDWrite.name: 36
                case TracePhase.admission.name: 90
                case TracePhase.keys.name, TracePhase.storage.name: 33
                default: 32
                }
            }
        return "\u{1B}[\(colour)m\(text)\u{1B}[0m"
    }

    private func dimmed(_ text: String) -> String { style.isColoured ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

    // MARK: Figures

    private var figures: [String] {
        let report = trace.report
        func line(_ name: String, _ seconds: Double?, _ meaning: String) -> String? {
            seconds.map { "\(name)  \(figure($0))  \(meaning)" }
        }
        let ratio = report.ratio.map {
            "ratio  \(String(format: "%8.3f  ", $0))  total over bound"
        }
        return [
            line("total", report.totalSeconds, "from the request to SSH"),
            line("bound", report.boundSeconds, "the longest chain of its phases"),
            line("saved", report.overlapSavedSeconds, "disk_create less disk_wait: what the overlap saved"),
            ratio,
        ].compactMap(\.self)
    }

    // MARK: Events

    private var events: [String] {
        let entries = trace.entries
        guard !entries.isEmpty else { return ["no events yet"] }
        let names = entries.map(\.event.count).max() ?? 0
        let head = "event".padding(toLength: names, withPad: " ", startingAt: 0)
        var lines = [dimmed("\(head)  wall time (UTC)           since start  on the worker's clock  attempt")]
        for entry in entries {
            let name = entry.event.padding(toLength: names, withPad: " ", startingAt: 0)
            let since = String(format: "%+10.3f s", entry.at - trace.origin)
            let clock = entry.elapsed.map { String(format: "%+19.3f s", $0) } ?? "                    -"
            lines.append("\(name)  \(Self.wall(entry.at))  \(since)  \(clock)  \(entry.attempt)")
        }
        return lines + [""]
            + trace.attempts.map { dimmed("attempt \($0.number)  \($0.worker)") }
            + [dimmed("trace id  \(trace.traceID)")]
    }

    /// Milliseconds, as `2026-09-21T14:53:21.500Z`.
    private static func wall(_ seconds: Double) -> String {
        guard (0..<1e11).contains(seconds) else {
            return "?".padding(toLength: 24, withPad: " ", startingAt: 0)
        }
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return Date(timeIntervalSince1970: seconds).formatted(style)
    }
}
