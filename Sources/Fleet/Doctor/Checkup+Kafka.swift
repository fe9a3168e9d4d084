import Foundation
import Kafka
import Reservations

extension Checkup {
    private struct Look: Sendable {
        let found: [String: TopicDescription]
        let properties: Result<[String: [String: TopicProperty]], KafkaError>
        let lag: Result<[PartitionLag], KafkaError>
    }

    @Sendable func kafka() async -> [CheckupLine] {
        let look: Look
        do {
            let access = try KafkaAccess(
                settings,
                clientID: "berth-doctor-\(UUID())",
                environment: environment,
                logger: logger
            )
            look = try await access.asking { admin throws(KafkaError) in try await self.look(admin) }
        } catch {
            return [.init("kafka", .wrong, error.reason)]
        }
        let servers = settings.kafka.bootstrapServers ?? ""
        let audit = TopicAudit(
            settings.topics,
            maxAge: settings.worker.maxRequestAge,
            purgeAfter: settings.worker.purgeAfter,
            found: look.found.mapValues(TopicShape.init)
        )
        var lines = [CheckupLine("kafka", .right, "brokers at \(servers) answer")]
        var findings = audit.shape()
        switch look.properties {
        case .success(let read):
            findings += audit.properties(read.mapValues { $0.compactMapValues(\.value) })
        case .failure(let error):
            lines.append(.init("topics", .skipped, "their settings can't be read: \(error.advice)"))
        }
        if findings.isEmpty {
            lines.append(.init("topics", .right, "\(look.found.count) topics are there"))
        }
        lines += findings.map { finding in
            let isMissing = finding.finding == .missing
            return .init(
                "topics",
                isMissing ? .wrong : .advice,
                "\(finding.topic) \(finding.problem)"
            )
        }
        switch look.lag {
        case .success(let lags):
            let sum = lags.reduce(0) { $0 + $1.lag }
            lines.append(.init("groups", .right, "\(settings.kafka.workerGroup) is \(sum) messages behind"))
        case .failure(let error):
            lines.append(.init("groups", .wrong, "\(settings.kafka.workerGroup): \(error.advice)"))
        }
        return lines
    }

    private func look(_ admin: Admin) async throws(KafkaError) -> Look {
        let names = settings.topics.all.map(\.name)
        let found = try await admin.describeTopics(names)
        let there = names.filter { found[$0] != nil }
        let properties: Result<[String: [String: TopicProperty]], KafkaError>
        do {
            properties = .success(there.isEmpty ? [:] : try await admin.topicConfiguration(there))
        } catch {
            properties = .failure(error)
        }
        let read = [settings.topics.requests.name, settings.topics.commands.name].filter(there.contains)
        let lag: Result<[PartitionLag], KafkaError>
        do {
            lag = .success(try await admin.lag(group: settings.kafka.workerGroup, topics: read))
        } catch {
            lag = .failure(error)
        }
        return Look(found: found, properties: properties, lag: lag)
    }
}
