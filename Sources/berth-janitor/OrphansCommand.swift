import ArgumentParser
import Fleet
import Foundation
import Reservations

struct OrphansCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orphans",
        abstract: "List the volumes that no living reservation needs, and what they cost a month."
    )

    @Option(help: "text for people, json for programs.")
    var output = OutputFormat.text

    private struct Row: Encodable {
        let orphan: Orphan
        let usdPerMonth: Double
    }

    func run() async throws {
        await ProcessMain.run("berth-janitor") {
            let (orphans, prices) = try await Asking.janitor { janitor, _, settings in
                (try await janitor.orphans(), settings.janitor.prices)
            }
            let rows = orphans.map { Row(orphan: $0, usdPerMonth: prices.monthly($0)) }
            switch output {
            case .json: try Asking.print(json: rows)
            case .text: Self.show(rows)
            }
        }
    }

    private static func show(_ rows: [Row]) {
        for row in rows {
            let it = row.orphan
            let made = it.createdAt?.formatted(.iso8601) ?? "-"
            print(
                "\(it.volume)  \(made)  \(it.gib) GiB  \(money(row.usdPerMonth))  \(it.user ?? "-")  "
                    + "\(it.disk ?? "-")  \(it.verdict): \(it.reasons.joined(separator: "; "))"
            )
        }
        let total = rows.reduce(0) { $0 + $1.usdPerMonth }
        print("\(rows.count) volumes, \(money(total)) a month")
    }

    private static func money(_ amount: Double) -> String { String(format: "%.2f USD", amount) }
}
