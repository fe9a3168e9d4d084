import Foundation
import Kafka
import Logging
import Testing

/// The admin's and the reader's dealings that the mock can't have, on a cluster that the environment names.
@Suite(.enabled(if: ExternalCluster.servers != nil, "SKIPPED: BERTH_TEST_KAFKA names no bootstrap servers"))
struct ExternalAdminTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func configuration(_ clientID: String = "berth-test") throws -> KafkaConfiguration {
        KafkaConfiguration(bootstrapServers: try #require(ExternalCluster.servers), clientID: clientID)
    }

    private func withTopic(
        partitions: Int,
        _ settings: [String: String] = [:],
        _ body: (Admin, String) async throws -> Void
    ) async throws {
        let admin = try Admin(configuration: configuration(), logger: logger)
        let name = "berth.test.\(UUID().uuidString)"
        let topic = NewTopic(name: name, partitions: partitions, configuration: settings)
        try await admin.createTopics([topic])
        do {
            try await body(admin, name)
        } catch {
            _ = try? await admin.deleteTopics([name])
            throw error
        }
        _ = try? await admin.deleteTopics([name])
        admin.close()
    }

    @Test func `a creation can be tried without being done`() async throws {
        let admin = try Admin(configuration: configuration(), logger: logger)
        let name = "berth.test.\(UUID().uuidString)"
        let topic = NewTopic(name: name, partitions: 1)
        #expect(try await admin.createTopics([topic], validateOnly: true) == [name])
        #expect(try await admin.describeTopics([name]).isEmpty)
        admin.close()
    }

    @Test func `a topic's properties are read, and a missing topic is an error`() async throws {
        try await withTopic(partitions: 1, ["retention.ms": "600000"]) { admin, name in
            let properties = try await admin.topicConfiguration([name])
            #expect(properties[name]?["retention.ms"]?.value == "600000")
            #expect(properties[name]?["retention.ms"]?.isDefault == false)
            let error = await #expect(throws: KafkaError.self) {
                try await admin.topicConfiguration(["berth.test.absent"])
            }
            #expect(error?.code == .unknownTopic)
            #expect(error?.kind == .configuration)
        }
    }

    @Test func `partitions are added, and a running reader reads them from their start`() async throws {
        try await withTopic(partitions: 1) { admin, name in
            let reader = try TopicReader(
                configuration: configuration(),
                topic: name,
                looksForPartitionsEvery: .milliseconds(300),
                logger: logger
            )
            defer { reader.close() }
            try await reader.start(from: .end, within: .seconds(15))
            try await admin.createPartitions(topic: name, total: 3)
            let described = try await admin.describeTopics([name])
            #expect(described[name]?.partitions.count == 3)
            let producer = try Producer(configuration: configuration(), logger: logger)
            // At once, so that the reader may well come after it.
            try await producer.send(ProducerRecord(topic: name, partition: 2, value: [7]))
            let message = try await within(.seconds(10), "the message") {
                try await reader.messages.first { _ in true }
            }
            #expect(message?.value == [7])
            #expect(message?.partition == 2)
            let error = await #expect(throws: KafkaError.self) {
                try await admin.createPartitions(topic: name, total: 2)
            }
            #expect(error?.kind == .configuration)
            await producer.close(within: .seconds(5))
        }
    }

    @Test func `a topic is deleted once, and a reader goes on when it is made anew`() async throws {
        try await withTopic(partitions: 1) { admin, name in
            var configuration = try configuration()
            configuration.properties = ["topic.metadata.refresh.interval.ms": "1000"]
            let producer = try Producer(configuration: configuration, logger: logger)
            for value: UInt8 in 0..<5 {
                try await producer.send(ProducerRecord(topic: name, partition: 0, value: [value]))
            }
            let reader = try TopicReader(configuration: configuration, topic: name, logger: logger)
            defer { reader.close() }
            try await reader.start(from: .end, within: .seconds(15))
            #expect(try await admin.deleteTopics([name]) == [name])
            #expect(try await admin.deleteTopics([name]) == [])
            try await admin.createTopics([NewTopic(name: name, partitions: 1)])
            try await producer.send(ProducerRecord(topic: name, partition: 0, value: [9]))
            let message = try await within(.seconds(10), "the message") {
                try await reader.messages.first { _ in true }
            }
            #expect(message?.value == [9])
            await producer.close(within: .seconds(5))
        }
    }

    @Test func `a group is described, and its offsets are moved only once it is empty`() async throws {
        try await withTopic(partitions: 2) { admin, name in
            let group = "berth.test.\(UUID().uuidString)"
            let unknown = try await admin.describeGroup(group)
            #expect(unknown.state == "Dead" && unknown.members.isEmpty)
            let producer = try Producer(configuration: configuration(), logger: logger)
            for _ in 0..<4 {
                try await producer.send(ProducerRecord(topic: name, partition: 1, value: [1]))
            }
            let place = TopicPartition(topic: name, partition: 1)
            let member = try ConsumerGroupMember(
                configuration: configuration("berth-member"),
                group: group,
                topics: [name],
                logger: logger
            )
            try await running(member) { member in
                _ = try await member.take(1)
                let described = try await admin.describeGroup(group)
                #expect(described.state == "Stable")
                #expect(described.protocolName == "range")
                #expect(described.members.map(\.clientID) == ["berth-member"])
                #expect(described.members.first?.groupInstanceID == nil)
                #expect(
                    described.members.first?.assignment == [TopicPartition(topic: name, partition: 0), place]
                )
                await #expect(throws: KafkaError.self) {
                    try await admin.commitOffsets(group: group, [place: 3])
                }
            }
            try await within(.seconds(10), "an empty group") {
                while try await admin.describeGroup(group).state != "Empty" { await Task.yield() }
            }
            try await admin.commitOffsets(group: group, [place: 3])
            let lag = try await admin.lag(group: group, topics: [name])
            #expect(lag.map(\.committed) == [nil, 3])
            #expect(lag.map(\.lag) == [0, 1])
            await producer.close(within: .seconds(5))
        }
    }
}
