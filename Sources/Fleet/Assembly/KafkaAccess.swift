package import Kafka
package import Logging

/// Kafka, as the settings say.
package struct KafkaAccess: Sendable {
    package let configuration: KafkaConfiguration
    private let logger: Logger

    /// - Throws: ``StartError`` if no brokers are named.
    package init(_ settings: FleetSettings, clientID: String, logger: Logger) throws(StartError) {
        do {
            configuration = try settings.kafka.configuration(clientID: clientID)
        } catch {
            throw StartError(.configuration, "\(error)")
        }
        self.logger = logger
    }

    /// - Throws: ``StartError`` that names the topics that don't exist, or says that no broker answers.
    package func require(_ topics: Topics) async throws(StartError) {
        do {
            let admin = try Admin(configuration: configuration, logger: logger)
            defer { admin.close() }
            try await admin.requireTopics(topics.all.map(\.name))
        } catch {
            guard error.code == .unknownTopic else { throw Self.startError(error) }
            throw StartError(.configuration, "\(error.reason): run `berth topics create`")
        }
    }

    package func producer() throws(StartError) -> Producer {
        do { return try Producer(configuration: configuration, logger: logger) } catch {
            throw Self.startError(error)
        }
    }

    package func member(group: String, topics: [String]) throws(StartError) -> ConsumerGroupMember {
        do {
            return try ConsumerGroupMember(
                configuration: configuration,
                group: group,
                topics: topics,
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

    package static func startError(_ error: any Error) -> StartError {
        guard let kafka = error as? KafkaError else { return StartError(.unavailable, "\(error)") }
        let isSettings = kafka.code == .invalidConfiguration || kafka.code == .unknownTopic
        return StartError(isSettings ? .configuration : .unavailable, "Kafka: \(kafka.reason)")
    }
}
