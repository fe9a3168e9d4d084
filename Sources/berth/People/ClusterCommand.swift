import ArgumentParser
import Fleet
import Foundation
import Reservations

struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Which Kubernetes cluster is the fleet's.",
        discussion: """
            The first worker writes the uid of its pods' namespace into the table of the fleet. A worker that finds
            another uid there stops: it would take every running server for lost.
            """,
        subcommands: [Show.self, Forget.self]
    )

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "The uid that stands in the table."
        )

        @OptionGroup var format: OutputOptions

        func run() async throws {
            await ProcessMain.run("berth cluster show") {
                let uid = try await Session().withCloud { try await $0.ledger.cluster() }
                if format.output == .json { return try Printing.json(["cluster_uid": uid]) }
                print(uid ?? "no worker has written one yet")
            }
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "forget",
            abstract: "Let the next worker's cluster become the fleet's.",
            discussion:
                "An operator's, once the fleet has moved to another cluster: end what still runs first."
        )

        @Option(help: "Why; it is kept in the table.")
        var reason: String

        @OptionGroup var format: OutputOptions

        func run() async throws {
            await ProcessMain.run("berth cluster forget") {
                let uid = try await Session().withCloud { cloud in
                    guard let uid = try await cloud.ledger.cluster() else {
                        throw StartError(.badData, "no worker has written a cluster yet")
                    }
                    let name = ProcessMain.environment["USER"] ?? "unknown"
                    try await cloud.ledger.forgetCluster(uid, by: name, because: reason, at: Date())
                    return uid
                }
                if format.output == .json { return try Printing.json(["forgotten": uid]) }
                print("forgotten: \(uid); the next worker's cluster becomes the fleet's")
            }
        }
    }
}
