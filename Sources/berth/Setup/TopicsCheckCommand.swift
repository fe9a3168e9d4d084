import ArgumentParser
import Fleet
import Foundation
import Kafka
import Reservations

struct TopicsCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Whether the topics are as Berth needs them.",
        discussion: """
            One line for each thing that will hurt: a topic that is missing, has fewer partitions than the
            settings say or one copy on several brokers; retention shorter than requests may be old or longer
            than rows are kept; compaction; a limit on size under what messages need. Changes nothing.

            Exit codes: 0 all is well, 1 something was found, 69 no broker answers, 78 a setting is wrong or a
            right is missing.
            """
    )

    @OptionGroup var format: OutputOptions

    private struct Look {
        let found: [String: TopicDescription]
        /// Some may see the topics, but not these.
        let properties: Result<[String: [String: TopicProperty]], KafkaError>

        init(_ names: [String], _ admin: Admin) async throws(KafkaError) {
            found = try await admin.describeTopics(names)
            let there = names.filter { [found] in found[$0] != nil }
            do {
                properties = .success(there.isEmpty ? [:] : try await admin.topicConfiguration(there))
            } catch {
                properties = .failure(error)
            }
        }
    }

    func run() async throws {
        await ProcessMain.run("berth topics check") {
            let session = try Session()
            let settings = session.settings
            let kafka = try KafkaAccess(settings, clientID: "berth-\(UUID())", logger: session.logger)
            let names = settings.topics.all.map(\.name)
            let look = try await kafka.asking { admin throws(KafkaError) in
                try await Look(names, admin)
            }
            let audit = TopicAudit(
                settings.topics,
                maxAge: settings.worker.maxRequestAge,
                purgeAfter: settings.worker.purgeAfter,
                found: look.found.mapValues(TopicShape.init)
            )
            try report(audit, look.properties)
        }
    }

    private func report(
        _ audit: TopicAudit,
        _ properties: Result<[String: [String: TopicProperty]], KafkaError>
    ) throws {
        var findings = audit.shape()
        if case .success(let read) = properties {
            findings += audit.properties(read.mapValues { $0.compactMapValues(\.value) })
        }
        if format.output == .json {
            try Printing.json(findings)
        } else {
            for finding in findings { print("\(finding.topic) \(finding.problem)") }
        }
        if case .failure(let error) = properties {
            // What couldn't be looked at isn't well.
            let known = KafkaAccess.startError(error)
            throw StartError(known.code, "the topics' properties can't be read: \(known.reason)")
        }
        guard findings.isEmpty else { throw ProcessStatus(1) }
        if format.output == .text { print("the topics are as they should be") }
    }
}
