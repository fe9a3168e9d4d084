import Fleet
import Kafka
import Logging
import Testing

@Suite struct KafkaAccessTests {
    private static func settings(_ changes: [String: String]) throws -> FleetSettings {
        let given = ["BERTH_KAFKA_BOOTSTRAP_SERVERS": "k:9092"].merging(changes) { $1 }
        return try FleetSettings(from: SettingSources(environment: given))
    }

    @Test func `IAM is TLS with tokens for the region`() throws {
        let settings = try Self.settings(["BERTH_KAFKA_IAM": "true"])
        let access = try KafkaAccess(
            settings,
            clientID: "c",
            environment: ["AWS_REGION": "eu-central-1"],
            logger: Logger(label: "test")
        )
        #expect(access.configuration.properties["security.protocol"] == "SASL_SSL")
        #expect(access.configuration.properties["sasl.mechanism"] == "OAUTHBEARER")
        #expect(access.configuration.tokens != nil)
        let without = try KafkaAccess(
            Self.settings([:]),
            clientID: "c",
            environment: [:],
            logger: Logger(label: "test")
        )
        #expect(without.configuration.tokens == nil)
        #expect(without.configuration.properties == [:])
    }

    @Test func `a token is signed with the credentials of the environment`() async throws {
        let access = try KafkaAccess(
            Self.settings(["BERTH_KAFKA_IAM": "true"]),
            clientID: "c",
            environment: [
                "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
                "AWS_SECRET_ACCESS_KEY": "secret",
            ],
            logger: Logger(label: "test")
        )
        let token = try await access.configuration.tokens?.token()
        #expect(token?.value.isEmpty == false)
        #expect(token?.principal == "kafka-cluster")
        #expect(token.map { "\($0)".contains($0.value) } == false)
    }

    @Test func `IAM without a region says what to set`() throws {
        let settings = try Self.settings(["BERTH_KAFKA_IAM": "true"])
        let error = #expect(throws: StartError.self) {
            _ = try KafkaAccess(settings, clientID: "c", environment: [:], logger: Logger(label: "test"))
        }
        #expect(error?.code == .configuration)
        #expect(error?.reason.contains("AWS_REGION") == true)
    }

    @Test(arguments: [
        "SECURITY_PROTOCOL", "SASL_MECHANISM", "SASL_MECHANISMS", "SASL_USERNAME", "SASL_PASSWORD",
        "SASL_OAUTHBEARER_CONFIG",
    ])
    func `IAM and another way to sign in don't go together`(_ property: String) {
        let changes = ["BERTH_KAFKA_IAM": "true", "BERTH_KAFKA_PROPERTY_\(property)": "x"]
        let error = #expect(throws: SettingError.self) { try Self.settings(changes) }
        #expect(error?.key == "BERTH_KAFKA_IAM")
    }

    @Test func `a property that is unknown names what was meant`() throws {
        let settings = try Self.settings(["BERTH_KAFKA_PROPERTY_SASL_MECHANISN": "PLAIN"])
        let access = try KafkaAccess(settings, clientID: "c", environment: [:], logger: Logger(label: "test"))
        let error = #expect(throws: KafkaError.self) { try access.configuration.check() }
        let known = error.map { KafkaAccess.startError($0) }
        #expect(known?.code == .configuration)
        #expect(known?.reason.contains("did you mean") == true)
    }

    @Test(arguments: [
        (KafkaError.coded(.invalidConfiguration), StartError.Code.configuration),
        (KafkaError.coded(.unknownTopic), .configuration),
        // TOPIC_, GROUP_, CLUSTER_AUTHORIZATION_FAILED and SASL_AUTHENTICATION_FAILED of the protocol.
        (KafkaError.coded(.init(rawValue: 29)), .configuration),
        (KafkaError.coded(.init(rawValue: 30)), .configuration),
        (KafkaError.coded(.init(rawValue: 31)), .configuration),
        (KafkaError.coded(.init(rawValue: 58)), .configuration),
        (KafkaError.coded(.timedOut), .unavailable),
        (KafkaError.coded(.transport), .unavailable),
        (KafkaError.coded(.allBrokersDown), .unavailable),
    ])
    func `an error is a mistake in the settings, or brokers that don't answer`(
        _ error: KafkaError,
        _ code: StartError.Code
    ) {
        let known = KafkaAccess.startError(error)
        #expect(known.code == code)
        #expect(!known.reason.contains("\n"))
    }

    @Test func `new topics are as the settings say`() throws {
        let topics = try Self.settings([
            "BERTH_TOPICS_REPLICATION": "3", "BERTH_TOPICS_RETENTION": "2d",
            "BERTH_TOPICS_LATE_RETENTION": "3d",
        ]).topics
        for creation in topics.creations {
            #expect(creation.replication == 3)
            #expect(creation.configuration["cleanup.policy"] == "delete")
            #expect(creation.configuration["min.insync.replicas"] == "2")
            let isLate = ["berth.dead", "volumes.orphaned"].contains(creation.name)
            #expect(creation.configuration["retention.ms"] == (isLate ? "259200000" : "172800000"))
        }
        #expect(Topics().creations.allSatisfy { $0.configuration["min.insync.replicas"] == nil })
        let clash = ["BERTH_TOPICS_REPLICATION": "2", "BERTH_TOPICS_MIN_IN_SYNC": "3"]
        #expect(throws: SettingError.self) { try Self.settings(clash) }
    }
}
