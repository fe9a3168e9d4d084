import ArgumentParser

struct TopicsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topics",
        abstract: "The topics on Kafka.",
        subcommands: [TopicsCreateCommand.self, TopicsCheckCommand.self]
    )
}
