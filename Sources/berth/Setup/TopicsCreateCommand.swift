import ArgumentParser
import Fleet
import Foundation
import Kafka
import Reservations

struct TopicsCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Create the topics that aren't there.",
        discussion: """
            Names, partitions, copies and retention are settings (BERTH_TOPICS_…). A topic that is there is left
            as it is; `berth topics check` says whether that will do.
            """
    )

    @Flag(help: "Give topics that have fewer partitions than the settings say the rest of them.")
    var grow = false

    @Flag(help: "Only ask the brokers whether it could be done.")
    var dryRun = false

    @OptionGroup var format: OutputOptions

    /// What was done, for programs.
    private struct Outcome: Encodable {
        let created: [String]
        let grown: [String]
        let existing: [String]
    }

    func run() async throws {
        await ProcessMain.run("berth topics create") {
            let session = try Session()
            let kafka = try KafkaAccess(session.settings, clientID: "berth-\(UUID())", logger: session.logger)
            let topics = session.settings.topics
            let (made, grown) = try await kafka.asking { admin throws(KafkaError) in
                try await create(topics, admin)
            }
            let existing = topics.all.map(\.name).filter { !made.contains($0) && !grown.contains($0) }
            if format.output == .json {
                return try Printing.json(Outcome(created: made, grown: grown, existing: existing))
            }
            for creation in topics.creations {
                print(
                    line(
                        creation,
                        isMade: made.contains(creation.name),
                        isGrown: grown.contains(creation.name)
                    )
                )
            }
        }
    }

    private func create(
        _ topics: Topics,
        _ admin: Admin
    ) async throws(KafkaError) -> (made: [String], grown: [String]) {
        let existing = try await admin.describeTopics(topics.all.map(\.name))
        let made = try await admin.createTopics(
            topics.creations.filter { existing[$0.name] == nil },
            validateOnly: dryRun
        )
        guard grow else { return (made, []) }
        let small = topics.all.filter { topic in
            existing[topic.name].map { $0.partitions.count < topic.partitions } ?? false
        }
        for topic in small {
            try await admin.createPartitions(topic: topic.name, total: topic.partitions, validateOnly: dryRun)
        }
        return (made, small.map(\.name))
    }

    private func line(_ topic: NewTopic, isMade: Bool, isGrown: Bool) -> String {
        let would = dryRun ? "would be " : ""
        if isGrown { return "\(would)grown    \(topic.name) to \(topic.partitions) partitions" }
        guard isMade else { return "exists   \(topic.name)" }
        let copies = topic.replication.map { "\($0) copies" } ?? "the brokers' number of copies"
        let properties = topic.configuration.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return "\(would)created  \(topic.name): \(topic.partitions) partitions, \(copies), "
            + properties.joined(separator: " ")
    }
}
