import Foundation
import Reservations

/// A sweep's report as a page that needs nothing else.
enum SweepHTML {
    static func page(_ report: SweepReport) -> String {
        let tables = [
            table("Deleted", ["volume"], report.deleted.map { [$0.rawValue] }),
            table("In quarantine", ["volume"], report.quarantined.map { [$0.rawValue] }),
            table(
                report.isDryRun ? "Would be deleted" : "Held back",
                ["volume", "verdict", "because"],
                report.wouldDelete.map(row)
            ),
            table("Still open", ["volume", "verdict", "because"], report.open.map(row)),
            table("Snapshots deleted", ["snapshot"], report.purgedSnapshots.map { [$0.rawValue] }),
            table(
                "Left over elsewhere",
                ["kind", "name", "reservation"],
                report.leftovers.map { [$0.kind, $0.name, $0.reservation] }
            ),
            table("Published late", ["reservation"], report.published.map { [$0.rawValue] }),
            table("Taken by no worker", ["reservation"], report.untaken.map { [$0.rawValue] }),
            table("Trouble", ["what"], report.troubles.map { [$0] }),
        ]
        let stopped = report.stopped.map {
            "<p class=\"stop\">Stopped, nothing was deleted: \(escaped($0))</p>"
        }
        return """
            <!doctype html>
            <html lang="en"><meta charset="utf-8"><title>Berth: sweep</title>
            <style>\(style)</style>
            <h1>Sweep of \(escaped(report.startedAt.formatted(.iso8601)))\(report.isDryRun ? ", a dry run" : "")</h1>
            \(stopped ?? "")
            <p>\(report.volumes) volumes: \(report.kept) kept, \(report.deleted.count) deleted,
            \(report.quarantined.count) in quarantine, \(report.open.count) still open;
            \(report.snapshots) snapshots, \(report.purgedSnapshots.count) deleted.</p>
            \(tables.joined(separator: "\n"))
            </html>
            """
    }

    private static let style = """
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
        table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .25rem .75rem .25rem 0 }
        tr + tr { border-top: 1px solid #ddd } h2 { font-size: 1.1rem; margin-top: 2rem }
        .stop { background: #fdd; padding: .75rem; font-weight: bold }
        """

    private static func row(_ waiting: SweepReport.Waiting) -> [String] {
        [waiting.volume.rawValue, waiting.verdict, SweepText.words(waiting)]
    }

    private static func table(_ title: String, _ columns: [String], _ rows: [[String]]) -> String {
        guard !rows.isEmpty else { return "" }
        let head = columns.map { "<th>\(escaped($0))</th>" }.joined()
        let body = rows.map { "<tr>\($0.map { "<td>\(escaped($0))</td>" }.joined())</tr>" }
        return "<h2>\(escaped(title)) (\(rows.count))</h2>\n<table><tr>\(head)</tr>\n"
            + body.joined(separator: "\n") + "</table>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
