import Foundation
import Reservations

/// A sweep's report for people.
enum SweepText {
    /// One line that replaces itself; padded, so that nothing of a longer one stays.
    static func progress(_ report: SweepReport) -> String {
        let done = report.kept + report.deleted.count + report.quarantined.count + report.wouldDelete.count
        return "judged \(done) of \(report.volumes) volumes, \(report.deleted.count) deleted"
            .padding(toLength: 60, withPad: " ", startingAt: 0)
    }

    static func text(_ report: SweepReport) -> String {
        var lines = [
            "\(report.volumes) volumes: \(report.kept) kept, \(report.deleted.count) deleted, "
                + "\(report.quarantined.count) in quarantine, \(report.open.count) still open"
        ]
        if let stopped = report.stopped { lines.append("STOPPED, nothing was deleted: \(stopped)") }
        lines += section("deleted", report.deleted.map(\.rawValue))
        lines += section("quarantined", report.quarantined.map(\.rawValue))
        lines += section(report.isDryRun ? "would go" : "held back", report.wouldDelete.map(text))
        lines += section("open", report.open.map(text))
        if let next = report.open.compactMap(\.dueAt).min() {
            lines.append("the next of these is due at \(next.formatted(.iso8601)): sweep again then")
        }
        lines += section("snapshot", report.purgedSnapshots.map(\.rawValue))
        lines += section("left over", report.leftovers.map { "\($0.kind) \($0.name) of \($0.reservation)" })
        lines += section("published", report.published.map(\.rawValue))
        lines += section("untaken", report.untaken.map { "\($0): no worker has taken it" })
        lines += section("trouble", report.troubles)
        return lines.joined(separator: "\n")
    }

    static func text(_ waiting: SweepReport.Waiting) -> String {
        "\(waiting.volume)  \(waiting.verdict): \(words(waiting))"
    }

    static func words(_ waiting: SweepReport.Waiting) -> String {
        waiting.reasons.map { Reason(rawValue: $0)?.text ?? $0 }.joined(separator: "; ")
    }

    private static func section(_ name: String, _ entries: [String]) -> [String] {
        entries.map { "\(name.padding(toLength: 12, withPad: " ", startingAt: 0)) \($0)" }
    }
}
