import ArgumentParser
import Fleet
import Foundation
import Kafka

struct LagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lag",
        abstract: "What nobody has accepted yet: the figure to scale on.",
        discussion: """
            A message is read as soon as what it asks for is in the table, which takes milliseconds. So lag isn't
            work under way: it is requests that wait for a worker with room. More than a few for minutes means
            more workers; so many workers as the topic has partitions, at most.

            Prints the workers' group and the janitors', each topic's sum, the partitions that are behind, and
            the members.
            """
    )

    @Flag(help: "Every partition, not only those that are behind.")
    var partitions = false

    @Flag(help: "Look again and again, until interrupted.")
    var watch = false

    @Option(help: "With --watch: how many seconds between two looks.")
    var every: Double = 5

    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard every >= 0.2, every <= 3600 else { throw ValidationError("--every must be from 0.2 to 3600") }
    }

    func run() async throws {
        await ProcessMain.run("berth lag") {
            let session = try Session()
            let kafka = try KafkaAccess(session.settings, clientID: "berth-\(UUID())", logger: session.logger)
            repeat {
                let looked: [LagReport] = try await kafka.asking { admin throws(KafkaError) in
                    try await self.reports(session.settings, admin)
                }
                try show(looked)
                guard watch else { return }
                try await Task.sleep(for: .seconds(every))
            } while true
        }
    }

    private func reports(_ settings: FleetSettings, _ admin: Admin) async throws(KafkaError) -> [LagReport] {
        let topics = settings.topics
        let groups = [
            (settings.kafka.workerGroup, [topics.requests.name, topics.commands.name]),
            (settings.kafka.janitorGroup, [topics.orphaned.name]),
        ]
        // The lags first: a broker that doesn't know how to describe groups may hang up at the question.
        var lags: [[PartitionLag]] = []
        for (group, names) in groups { lags.append(try await admin.lag(group: group, topics: names)) }
        var reports: [LagReport] = []
        for ((group, _), lags) in zip(groups, lags) {
            let members: Result<GroupDescription, KafkaError>
            // Some brokers tell it to nobody, or not to this principal; the lag is worth having without.
            do { members = .success(try await admin.describeGroup(group)) } catch {
                members = .failure(error)
            }
            reports.append(LagReport(group: group, lags: lags, members: members))
        }
        return reports
    }

    private func show(_ reports: [LagReport]) throws {
        if format.output == .json { return try Printing.json(reports) }
        if watch { print(Date().formatted(.iso8601)) }
        for report in reports {
            for line in report.lines(everyPartition: partitions) { print(line) }
        }
    }
}
