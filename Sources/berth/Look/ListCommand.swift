import ArgumentParser
import Fleet
import Foundation
import Reservations

struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Your reservations, newest first."
    )

    @OptionGroup var who: UserOption

    @Flag(help: "Those that have ended, too.")
    var all = false

    @Option(help: "How many at most.")
    var limit = 50

    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000") }
    }

    func run() async throws {
        let user = try who.userID()
        await ProcessMain.run("berth list") {
            let session = try Session()
            let (rows, places, estimates) = try await session.withCloud { cloud in
                var rows: [Reservation] = []
                for id in try await cloud.ledger.reservations(of: user, limit: limit) {
                    // What stands for a node of another reservation is told with that one.
                    guard let row = try await cloud.ledger.reservation(id), row.pointer == nil else {
                        continue
                    }
                    if all || !row.status.isTerminal { rows.append(row) }
                }
                let types = rows.filter { $0.status == .queued }.compactMap { $0.request?.gpuType }
                return (
                    rows, try await cloud.queuePlaces(of: rows),
                    try await QueueOutlook.estimates(for: types, cloud, session.settings.catalog)
                )
            }
            if format.output == .json {
                return try Printing.json(
                    rows.map { ShownReservation(row: $0, place: places[$0.id], starts: estimates[$0.id]) }
                )
            }
            if rows.isEmpty { return print("\(user) has no \(all ? "" : "living ")reservations") }
            print("ID        STATUS      TYPE      GPUS  EXPIRES, OR STARTS    NAME")
            for row in rows { print(line(row, places[row.id], estimates[row.id])) }
        }
    }

    private func line(_ row: Reservation, _ place: QueuePlace?, _ starts: QueueEstimate?) -> String {
        func column(_ text: String, _ width: Int) -> String {
            text.padding(toLength: width, withPad: " ", startingAt: 0)
        }
        let waits = place.map { "\($0.position) of \($0.length)" }
        let outlook = [waits, starts.map(QueueOutlook.text)].compactMap { $0 }.joined(separator: ", ")
        let expires = row.expiresAt.map { $0.formatted(.iso8601) } ?? (outlook.isEmpty ? "-" : outlook)
        return [
            column(row.id.short, 8), column(row.status.rawValue, 10),
            column(row.request?.gpuType.rawValue ?? "-", 8),
            column(row.gpusInWords, 4),
            column(expires, max(20, expires.count)), row.request?.name ?? "",
        ].joined(separator: "  ")
    }
}
