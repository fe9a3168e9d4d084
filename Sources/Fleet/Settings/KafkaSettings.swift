package import Kafka

/// How to reach Kafka.
package struct KafkaSettings: Sendable {
    package static let bootstrapName = "kafka.bootstrap_servers"

    /// Nil: this process was given no cluster.
    package let bootstrapServers: String?
    package let workerGroup: String
    package let janitorGroup: String
    /// Properties of librdkafka by its names.
    package let properties: [String: String]

    init(_ reading: inout SettingReading) {
        bootstrapServers = reading.readOptional(
            Self.bootstrapName,
            .text,
            "Kafka's brokers: host:port, several divided by commas."
        )
        workerGroup = reading.read(
            "kafka.worker_group",
            "berth-workers",
            .text,
            "The consumer group that the workers form."
        )
        janitorGroup = reading.read(
            "kafka.janitor_group",
            "berth-janitors",
            .text,
            "The consumer group that the janitors form."
        )
        properties = reading.readFamily(
            "kafka.property",
            member: "<name>",
            "Any property of librdkafka; in the environment its dots are underscores.",
            isSecret: KafkaConfiguration.isSecret
        )
    }

    /// The configuration of a client.
    ///
    /// - Throws: if no brokers are set.
    package func configuration(clientID: String) throws(SettingError) -> KafkaConfiguration {
        guard let bootstrapServers else {
            let key = SettingName.environmentName(of: Self.bootstrapName)
            throw SettingError(key, "is not set, and this command needs Kafka: give host:port of its brokers")
        }
        return KafkaConfiguration(
            bootstrapServers: bootstrapServers,
            clientID: clientID,
            properties: properties
        )
    }
}
