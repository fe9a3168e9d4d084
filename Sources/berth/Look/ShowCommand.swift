import ArgumentParser
import Fleet
import Foundation
import Reservations

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "All that is known of a reservation."
    )

    @Argument(help: "The reservation's id, the unique beginning of it, or its name.")
    var reservation: String

    @OptionGroup var who: UserOption
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let user = try? who.userID()
        await ProcessMain.run("berth show") {
            let (row, place) = try await Session().withCloud { cloud in
                let row = try await cloud.reservation(reservation, of: user)
                return (row, try await cloud.queuePlaces(of: [row])[row.id])
            }
            if format.output == .json { return try Printing.json(ShownReservation(row: row, place: place)) }
            for (name, value) in facts(row, place) where !value.isEmpty {
                print("\((name + ":").padding(toLength: 14, withPad: " ", startingAt: 0))\(value)")
            }
            for node in row.nodeConnections ?? [] {
                print("  node \(node.index): \(node.reservation)  \(node.connection?.sshCommand ?? "")")
            }
            for entry in row.receipt?.entries ?? [] {
                print("  \(entry.step.rawValue): \(entry.outcome.rawValue) \(entry.detail)")
            }
            for entry in row.history { print("  \(entry.timestamp.formatted(.iso8601))  \(entry.message)") }
        }
    }

    private func facts(_ row: Reservation, _ place: QueuePlace?) -> [(String, String)] {
        [
            ("reservation", row.id.rawValue),
            ("status", row.status.rawValue),
            ("detail", row.detail),
            ("queue", place.map { "\($0.position) of \($0.length)" } ?? ""),
            ("user", row.userID?.rawValue ?? ""),
            ("machine", row.request.map { "\(row.gpusInWords) × \($0.gpuType)" } ?? ""),
            ("node", row.pointer.map { "\($0.index) of \($0.total) of reservation \($0.master)" } ?? ""),
            ("owner", row.owner?.rawValue ?? ""),
            ("volume", row.volumeID?.rawValue ?? ""),
            ("ssh", row.connection?.sshCommand ?? ""),
            ("host key", row.connection?.hostKey ?? ""),
            ("expires", row.expiresAt?.formatted(.iso8601) ?? ""),
            ("warning", row.warning ?? ""),
            ("failure", row.failureReason ?? ""),
        ]
    }
}
