import ArgumentParser

@main
struct BerthDev: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "berth-dev",
        abstract: "Runs everything that Berth talks to on this machine, in one process.",
        discussion: """
            The local stack stands in for Kafka, DynamoDB, EC2, EFS, Kubernetes and GitHub. It behaves as they do \
            where that breaks systems: volumes are "creating" for a while, new ids aren't found at first, client \
            tokens burn, requests are throttled. What is only imitated, and how far, says: berth-dev limits

            Try it:
              berth-dev up                   in one terminal, until Control-C
              eval "$(berth-dev env)"        in another, then run the workers and berth there
            """,
        subcommands: [
            Up.self, Env.self, StateCommand.self, FaultCommand.self, KafkaCommand.self, UserCommand.self,
            SettingsCommand.self, Limits.self,
        ]
    )
}
