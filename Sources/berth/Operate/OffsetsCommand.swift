import ArgumentParser
import Fleet
import Foundation
import Kafka

struct OffsetsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offsets",
        abstract: "How far a group has read, and moving that.",
        subcommands: [OffsetsShowCommand.self, OffsetsMoveCommand.self]
    )
}

enum GroupChoice: String, ExpressibleByArgument, CaseIterable {
    case workers, janitors

    func name(_ settings: FleetSettings) -> String {
        self == .workers ? settings.kafka.workerGroup : settings.kafka.janitorGroup
    }

    func topics(_ settings: FleetSettings) -> [String] {
        let topics = settings.topics
        return self == .workers ? [topics.requests.name, topics.commands.name] : [topics.orphaned.name]
    }
}

struct OffsetsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Each partition's log, and where the group goes on."
    )

    @Option(help: "Whose offsets.")
    var group = GroupChoice.workers

    @OptionGroup var format: OutputOptions

    private struct Place: Encodable {
        let topic: String
        let partition: Int32
        let start: Int64
        let committed: Int64?
        let end: Int64
    }

    func run() async throws {
        await ProcessMain.run("berth offsets show") {
            let session = try Session()
            let kafka = try KafkaAccess(session.settings, clientID: "berth-\(UUID())", logger: session.logger)
            let lags = try await kafka.asking { admin throws(KafkaError) in
                try await admin.lag(
                    group: group.name(session.settings),
                    topics: group.topics(session.settings)
                )
            }
            let places = lags.map {
                Place(
                    topic: $0.partition.topic,
                    partition: $0.partition.partition,
                    start: $0.start,
                    committed: $0.committed,
                    end: $0.end
                )
            }
            if format.output == .json { return try Printing.json(places) }
            for place in places {
                let committed = place.committed.map { "\($0)" } ?? "nothing"
                print(
                    "\(place.topic) \(place.partition): \(place.start)…\(place.end), committed \(committed)"
                )
            }
        }
    }
}

struct OffsetsMoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Let a group go on somewhere else; nobody may be in it.",
        discussion: """
            Back is harmless: a request is admitted once, however often it is read. Forward skips what nobody has
            read: who asked has to ask again. Brokers refuse it while the group has members: stop them first.

            Exit codes: 0 moved, or with --dry-run shown; 65 there is no such topic or partition; 69 refused, or
            no broker answers.
            """
    )

    @Option(help: "Whose offsets.")
    var group = GroupChoice.workers

    @Option(help: "One topic of the group; by default all of them.")
    var topic: String?

    @Option(help: "One partition; by default all of them.")
    var partition: Int32?

    @Option(help: "start, end, or an offset.")
    var to: String

    @Option(help: "Why, for the record on stdout.")
    var why: String?

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard OffsetMove.Target(to) != nil else {
            throw ValidationError("--to must be start, end or an offset, not '\(to)'")
        }
        guard dryRun || why != nil else { throw ValidationError("say --why, or --dry-run") }
    }

    func run() async throws {
        await ProcessMain.run("berth offsets move") {
            guard let target = OffsetMove.Target(to) else { return }
            let session = try Session()
            let settings = session.settings
            let names = group.topics(settings).filter { topic == nil || $0 == topic }
            guard !names.isEmpty else {
                throw StartError(
                    .badData,
                    "the \(group.rawValue) read \(group.topics(settings).joined(separator: ", "))"
                )
            }
            let kafka = try KafkaAccess(settings, clientID: "berth-\(UUID())", logger: session.logger)
            let lags = try await kafka.asking { admin throws(KafkaError) in
                try await admin.lag(group: group.name(settings), topics: names)
            }
            let moves = lags.filter { partition == nil || $0.partition.partition == partition }
                .map { OffsetMove(of: $0, to: target) }
            guard !moves.isEmpty else { throw StartError(.badData, "there is no such partition") }
            if !dryRun {
                let offsets = Dictionary(
                    moves.map { (TopicPartition(topic: $0.topic, partition: $0.partition), $0.to) }
                ) { one, _ in one }
                try await kafka.asking { admin throws(KafkaError) in
                    try await admin.commitOffsets(group: group.name(settings), offsets)
                }
            }
            if format.output == .json { return try Printing.json(moves) }
            for move in moves { print(move.line) }
            if let why { print("\(dryRun ? "would be " : "")moved: \(why)") }
        }
    }
}
