import ArgumentParser
import Fleet
import Foundation
import Reservations

struct TablesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tables",
        abstract: "The tables in DynamoDB.",
        subcommands: [Create.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Create the tables that aren't there, and the row that names the fleet."
        )

        @OptionGroup var format: OutputOptions

        func run() async throws {
            await ProcessMain.run("berth tables create") {
                let fleet = try await Session().withCloud { cloud in
                    do { return try await cloud.tables.create() } catch let error as LedgerError {
                        throw StartError(.unavailable, error.reason)
                    }
                }
                if format.output == .json { return try Printing.json(["fleet_id": fleet.rawValue]) }
                print("the tables stand; fleet \(fleet)")
            }
        }
    }
}
