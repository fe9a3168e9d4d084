package import Kafka

/// How to reach Kafka.
package struct KafkaSettings: Sendable {
    package static let bootstrapName = "kafka.bootstrap_servers"

    /// Nil: this process was given no cluster.
    package let bootstrapServers: String?
    package let workerGroup: String
    package let janitorGroup: String
    /// Properties of librdkafka by its names, as the operator set them.
    package let properties: [String: String]
    /// The cluster is Amazon MSK, and knows its clients by IAM.
    package let usesIAM: Bool

    /// What IAM needs, and nobody else may set beside it.
    private static let iamProperties = ["security.protocol": "SASL_SSL", "sasl.mechanism": "OAUTHBEARER"]

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
        usesIAM = reading.read(
            "kafka.iam",
            false,
            .flag,
            "Whether Kafka is Amazon MSK with IAM: TLS, and tokens signed with the AWS credentials."
        )
        let clash = properties.keys.sorted().first { Self.clashesWithIAM($0) }
        if usesIAM, let clash {
            let key = SettingName.environmentName(of: "kafka.iam")
            reading.fail(SettingError(key, "sets how to sign in by itself: take the property \(clash) away"))
        }
    }

    private static func clashesWithIAM(_ property: String) -> Bool {
        iamProperties[property] != nil || property == "sasl.mechanisms" || property == "sasl.username"
            || property == "sasl.password" || property.hasPrefix("sasl.oauthbearer.")
    }

    /// The configuration of a client, still without the tokens that IAM needs.
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
            properties: usesIAM ? properties.merging(Self.iamProperties) { $1 } : properties
        )
    }

    /// What a kind of client is made with, beside the library's own defaults; secrets are masked.
    package func properties(of client: KafkaConfiguration.Client) -> [KafkaConfiguration.Property] {
        KafkaConfiguration(
            bootstrapServers: bootstrapServers ?? "",
            clientID: "<its own>",
            properties: usesIAM ? properties.merging(Self.iamProperties) { $1 } : properties
        ).effectiveProperties(for: client)
    }
}
