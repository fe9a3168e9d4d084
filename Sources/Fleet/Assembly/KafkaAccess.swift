package import Kafka
package import Logging

/// Kafka, as the settings say.
package struct KafkaAccess: Sendable {
    package let configuration: KafkaConfiguration
    private let logger: Logger

    /// Kafka for one client of it.
    ///
    /// - Parameters:
    ///   - settings: which brokers, and how to sign in.
    ///   - clientID: unique among all clients.
    ///   - environment: where `AWS_…` is read, if the brokers want IAM.
    ///   - logger: where the client's troubles go.
    /// - Throws: ``StartError`` if no brokers are named, or no region to sign for.
    package init(
        _ settings: FleetSettings,
        clientID: String,
        environment: [String: String] = ProcessMain.environment,
        logger: Logger
    ) throws(StartError) {
        var configuration: KafkaConfiguration
        do {
            configuration = try settings.kafka.configuration(clientID: clientID)
        } catch {
            throw StartError(.configuration, "\(error)")
        }
        if settings.kafka.usesIAM {
            configuration.tokens = try MSKTokens(environment: environment, logger: logger)
        }
        self.configuration = configuration
        self.logger = logger
    }

    /// Asks the brokers for the topics, before anything else is begun.
    ///
    /// - Throws: ``StartError`` that names the topics that don't exist, or says that no broker answers.
    package func require(_ topics: Topics) async throws(StartError) {
        let found = try await asking { admin throws(KafkaError) in
            try await admin.requireTopics(topics.all.map(\.name))
            return try await admin.describeTopics(topics.all.map(\.name))
        }
        for topic in topics.all {
            guard let there = found[topic.name]?.partitions.count, there < topic.partitions else { continue }
            logger.notice(
                "a topic has fewer partitions than the settings say: see `berth topics check`",
                metadata: ["topic": "\(topic.name)", "partitions": "\(there)", "set": "\(topic.partitions)"]
            )
        }
    }

    /// Asks the brokers something before there is anything else to tell of.
    ///
    /// What the library says meanwhile goes to the log at debug: one sentence tells how it ended.
    /// - Throws: ``StartError`` in place of the error of Kafka.
    package func asking<Answer>(
        _ question: (Admin) async throws(KafkaError) -> Answer
    ) async throws(StartError) -> Answer {
        do {
            let quiet = Logger(label: logger.label) { _ in HushedLogHandler(logger) }
            let admin = try Admin(configuration: configuration, logger: quiet)
            defer { admin.close() }
            return try await question(admin)
        } catch {
            throw Self.startError(error, at: configuration.bootstrapServers)
        }
    }

    package func producer() throws(StartError) -> Producer {
        do { return try Producer(configuration: configuration, logger: logger) } catch {
            throw Self.startError(error)
        }
    }

    /// A member that tells the log and the metrics of each offset reset.
    package func member(group: String, topics: [String]) throws(StartError) -> ConsumerGroupMember {
        let report = ResetReport(logger: logger)
        report.begin(topics)
        do {
            return try ConsumerGroupMember(
                configuration: configuration,
                group: group,
                topics: topics,
                settings: ConsumerSettings(onReset: { report.tell($0) }),
                logger: logger
            )
        } catch {
            throw Self.startError(error)
        }
    }

    /// A follower of the events that is positioned: what is published from now on will be heard.
    package func follower(_ topics: Topics) async throws(StartError) -> EventFollower {
        do {
            return try await EventFollower(
                configuration: configuration,
                topics: topics,
                within: .seconds(15),
                logger: logger
            )
        } catch {
            throw Self.startError(error)
        }
    }

    /// What a command or a process ends with: 78 if settings or rights have to be changed, else 69.
    package static func startError(_ error: any Error, at servers: String? = nil) -> StartError {
        if let known = error as? StartError { return known }
        guard let kafka = error as? KafkaError else { return StartError(.unavailable, "\(error)") }
        if kafka.code == .unknownTopic {
            return StartError(.configuration, "Kafka: \(kafka.reason): run `berth topics create`")
        }
        let isSettings = kafka.code == .invalidConfiguration || kafka.kind == .configuration
        guard !isSettings, let servers, !servers.split(separator: ",").contains(where: kafka.advice.contains)
        else { return StartError(isSettings ? .configuration : .unavailable, "Kafka: \(kafka.advice)") }
        return StartError(
            .unavailable,
            "Kafka: \(kafka.advice): check BERTH_KAFKA_BOOTSTRAP_SERVERS (\(servers))"
        )
    }
}
