import ArgumentParser
import Fleet
import Foundation
import Kafka
import Reservations

struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "The topics on Kafka.",
        subcommands: [Create.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Create the topics that aren't there."
        )

        @OptionGroup var format: OutputOptions

        func run() async throws {
            await ProcessMain.run("berth topics create") {
                let session = try Session()
                let kafka = try KafkaAccess(
                    session.settings,
                    clientID: "berth-\(UUID())",
                    logger: session.logger
                )
                let topics = session.settings.topics
                let made: [String]
                do {
                    let admin = try Admin(configuration: kafka.configuration, logger: session.logger)
                    defer { admin.close() }
                    let existing = try await admin.describeTopics(topics.all.map(\.name))
                    made = try await admin.createTopics(topics.creations.filter { existing[$0.name] == nil })
                } catch {
                    throw KafkaAccess.startError(error)
                }
                if format.output == .json { return try Printing.json(["created": made]) }
                for topic in topics.all {
                    print("\(made.contains(topic.name) ? "created" : "exists ")  \(topic.name)")
                }
            }
        }
    }
}
