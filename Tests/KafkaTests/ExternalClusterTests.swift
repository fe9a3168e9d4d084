import Foundation
import Kafka
import Logging
import Testing

/// What the mock can't show, on a cluster that the environment names.
@Suite(.enabled(if: ExternalCluster.servers != nil, "BERTH_TEST_KAFKA names no bootstrap servers"))
struct ExternalClusterTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `a topic is created once, described, written and read from a time`() async throws {
        let servers = try #require(ExternalCluster.servers)
        let configuration = KafkaConfiguration(bootstrapServers: servers, clientID: "berth-test")
        let name = "berth.test.\(UUID().uuidString)"
        let topic = NewTopic(name: name, partitions: 3, configuration: ["retention.ms": "600000"])
        let admin = try Admin(configuration: configuration, logger: logger)
        #expect(try await admin.createTopics([topic]) == [name])
        #expect(try await admin.createTopics([topic]) == [])
        try await admin.requireTopics([name])
        let producer = try Producer(configuration: configuration, logger: logger)
        try await producer.send(
            ProducerRecord(topic: name, partition: 0, value: [1], timestampMilliseconds: 1_700_000_000_000)
        )
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        try await producer.send(
            ProducerRecord(topic: name, partition: 0, value: [2], timestampMilliseconds: now)
        )
        let reader = try TopicReader(configuration: configuration, topic: name, logger: logger)
        let offsets = try await reader.start(from: .time(milliseconds: now), within: .seconds(15))
        #expect(offsets[TopicPartition(topic: name, partition: 0)] == 1)
        let message = try await within(.seconds(15), "the message") {
            try await reader.messages.first { _ in true }
        }
        #expect(message?.value == [2])
        await producer.close(within: .seconds(5))
    }
}

enum ExternalCluster {
    static let servers = ProcessInfo.processInfo.environment["BERTH_TEST_KAFKA"]
}
