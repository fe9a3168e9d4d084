import Kafka
import LocalStack
import Testing

@Suite struct AdminTests {
    @Test func `topics are described with their partitions and leaders`() async throws {
        let cluster = try Cluster((name: "jobs", partitions: 3), (name: "news", partitions: 1))
        let admin = try cluster.admin()
        let topics = try await admin.describeTopics(["jobs", "olds"])
        #expect(topics.keys.sorted() == ["jobs"])
        #expect(topics["jobs"]?.partitions.map(\.id).sorted() == [0, 1, 2])
        #expect(topics["jobs"]?.partitions.allSatisfy { $0.leader == 1 } == true)
        admin.close()
    }

    @Test func `missing topics are named in one sentence`() async throws {
        let cluster = try Cluster((name: "jobs", partitions: 1))
        let admin = try cluster.admin()
        try await admin.requireTopics(["jobs"])
        let error = await #expect(throws: KafkaError.self) {
            try await admin.requireTopics(["requests", "jobs", "berth.dead"])
        }
        let servers = cluster.kafka.bootstrapServers
        #expect(error?.reason == "the topics requests, berth.dead don't exist on \(servers)")
        let single = await #expect(throws: KafkaError.self) { try await admin.requireTopics(["x"]) }
        #expect(single?.reason == "the topic x doesn't exist on \(servers)")
    }

    @Test func `an unreachable broker is named within the limit`() async throws {
        let cluster = try Cluster()
        let admin = try Admin(
            configuration: KafkaConfiguration(bootstrapServers: "127.0.0.1:1", clientID: "test"),
            logger: cluster.logger
        )
        let error = await #expect(throws: KafkaError.self) {
            try await within(.seconds(5), "the refusal") {
                try await admin.requireTopics(["jobs"], within: .seconds(1))
            }
        }
        #expect(error?.isRetriable == true)
        #expect(error?.reason.contains("127.0.0.1:1") == true, "\(String(describing: error))")
    }

    @Test func `creating topics on a cluster that can't is an error within the limit`() async throws {
        let cluster = try Cluster()
        let admin = try cluster.admin()
        await #expect(throws: KafkaError.self) {
            try await within(.seconds(5), "the refusal") {
                try await admin.createTopics([NewTopic(name: "x", partitions: 1)], within: .seconds(1))
            }
        }
        let empty = await #expect(throws: KafkaError.self) {
            try await admin.createTopics([NewTopic(name: "x", partitions: 0)], within: .seconds(1))
        }
        #expect(empty?.code == .invalidConfiguration)
    }
}
