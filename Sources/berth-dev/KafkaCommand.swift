import ArgumentParser
import LocalStack

struct KafkaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kafka",
        abstract: "Lets Kafka's brokers go wrong in the running stack.",
        discussion: """
            Brokers count from 1; berth-dev up --kafka-brokers says how many there are. Examples:
              berth-dev kafka broker-down 1                     all connections break, none is taken
              berth-dev kafka broker-up 1
              berth-dev kafka lag 1 250                         broker 1 answers 250 ms later
              berth-dev kafka coordinator berth-workers 2       the group's coordinator moves
              berth-dev kafka errors OffsetCommit REBALANCE_IN_PROGRESS 0 27
                  the next commit is refused, one passes, one more is refused
            """,
        subcommands: [
            BrokerDown.self, BrokerUp.self, BrokerLag.self, CoordinatorCommand.self, BrokerErrorsCommand.self,
        ]
    )
}

struct BrokerDown: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker-down",
        abstract: "Breaks a broker's connections, and takes no new ones."
    )

    @Argument(help: "The broker's number.")
    var broker: Int

    @OptionGroup var stack: StackOptions

    func run() async throws {
        try await ControlClient(stack).post("/kafka/brokers/\(broker)", BrokerChange(isUp: false))
    }
}

struct BrokerUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker-up",
        abstract: "Lets a broker take connections again; its log and the groups are as they were."
    )

    @Argument(help: "The broker's number.")
    var broker: Int

    @OptionGroup var stack: StackOptions

    func run() async throws {
        try await ControlClient(stack).post("/kafka/brokers/\(broker)", BrokerChange(isUp: true))
    }
}

struct BrokerLag: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lag",
        abstract: "Lets a broker answer later; 0 ends it."
    )

    @Argument(help: "The broker's number.")
    var broker: Int

    @Argument(help: "By how much, in milliseconds.")
    var milliseconds: Int

    @OptionGroup var stack: StackOptions

    func validate() throws {
        guard (0...60_000).contains(milliseconds) else {
            throw ValidationError("the delay must be from 0 to 60000 milliseconds")
        }
    }

    func run() async throws {
        try await ControlClient(stack).post(
            "/kafka/brokers/\(broker)",
            BrokerChange(delayMilliseconds: milliseconds)
        )
    }
}

struct CoordinatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coordinator",
        abstract: "Moves a consumer group's coordinator to another broker."
    )

    @Argument(help: "The group.")
    var group: String

    @Argument(help: "The broker's number.")
    var broker: Int

    @OptionGroup var stack: StackOptions

    func run() async throws {
        try await ControlClient(stack).post(
            "/kafka/coordinator",
            CoordinatorMove(group: group, broker: broker)
        )
    }
}

struct BrokerErrorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "errors",
        abstract: "Answers the next requests of a kind with errors, one after the other.",
        discussion: "Without codes: takes back what has not been answered yet."
    )

    @Argument(help: "The kind, such as OffsetCommit, Produce or Heartbeat.")
    var request: String

    @Argument(help: "Names or numbers of Kafka's errors; 0 lets a request pass.")
    var codes: [String] = []

    @OptionGroup var stack: StackOptions

    func run() async throws {
        let client = try ControlClient(stack)
        guard !codes.isEmpty else { return try await client.delete("/kafka/errors/\(request)") }
        try await client.post("/kafka/errors", BrokerErrors(request: request, codes: codes))
    }
}
