import Kafka
import LocalStack
import Logging

/// A mock cluster with clients' configurations for it.
struct Cluster {
    let kafka: LocalKafka
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init(brokers: Int = 1, _ topics: (name: String, partitions: Int)...) throws {
        kafka = try LocalKafka(brokers: brokers, topics: topics)
    }

    func configuration(_ clientID: String = "test", _ properties: [String: String] = [:])
        -> KafkaConfiguration
    {
        KafkaConfiguration(
            bootstrapServers: kafka.bootstrapServers,
            clientID: clientID,
            properties: LocalKafka.clientProperties.merging(properties) { $1 }
        )
    }

    func producer(_ properties: [String: String] = [:]) throws -> Producer {
        try Producer(configuration: configuration("producer", properties), logger: logger)
    }

    func member(
        _ clientID: String,
        group: String,
        topics: [String],
        settings: ConsumerSettings = ConsumerSettings(),
        _ properties: [String: String] = [:],
        logger: Logger? = nil
    ) throws -> ConsumerGroupMember {
        try ConsumerGroupMember(
            configuration: configuration(clientID, properties),
            group: group,
            topics: topics,
            settings: settings,
            logger: logger ?? self.logger
        )
    }

    func reader(_ topic: String) throws -> TopicReader {
        try TopicReader(configuration: configuration("reader"), topic: topic, logger: logger)
    }

    func admin() throws -> Admin {
        try Admin(configuration: configuration("admin"), logger: logger)
    }
}

/// Runs a member beside the body, and lets it leave when the body is done.
func running<Value: Sendable>(
    _ member: ConsumerGroupMember,
    _ body: (ConsumerGroupMember) async throws -> Value
) async throws -> Value {
    async let life: Void = member.run()
    do {
        let value = try await body(member)
        member.close(within: .zero)
        try await life
        return value
    } catch {
        member.close(within: .zero)
        try? await life
        throw error
    }
}

extension ConsumerGroupMember {
    /// The next messages, that many; partitions are given up as soon as they are asked for.
    func take(_ count: Int) async throws -> [KafkaMessage] {
        var messages: [KafkaMessage] = []
        while messages.count < count, let event = try await next() {
            switch event {
            case .message(let message): messages.append(message)
            case .revoking(let revocation): revocation.complete()
            case .assigned, .lost: break
            }
        }
        return messages
    }
}

extension KafkaMessage {
    var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}
