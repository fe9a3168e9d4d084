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

    @Test func `the lag counts from the commit, or from the oldest message without one`() async throws {
        let cluster = try Cluster((name: "jobs", partitions: 2))
        let producer = try cluster.producer()
        for number in 0..<5 {
            let partition: Int32 = number < 3 ? 0 : 1
            try await producer.send(ProducerRecord(topic: "jobs", partition: partition, value: [1]))
        }
        let member = try cluster.member("m", group: "g", topics: ["jobs"])
        try await running(member) { member in
            _ = try await member.take(1)
            try await member.commit([TopicPartition(topic: "jobs", partition: 0): 2])
        }
        let admin = try cluster.admin()
        let lag = try await admin.lag(group: "g", topics: ["jobs", "jobs"])
        #expect(lag.map(\.partition.partition) == [0, 1])
        #expect(lag.map(\.committed) == [2, nil])
        #expect(lag.map(\.end) == [3, 2])
        #expect(lag.map(\.lag) == [1, 2])
        let error = await #expect(throws: KafkaError.self) {
            try await admin.lag(group: "g", topics: ["olds"])
        }
        #expect(error?.code == .unknownTopic)
        #expect(error?.kind == .configuration)
        admin.close()
        await producer.close(within: .seconds(5))
    }

    @Test func `an offset below zero is refused before anybody is asked`() async throws {
        let admin = try Cluster().admin()
        let error = await #expect(throws: KafkaError.self) {
            try await admin.commitOffsets(group: "g", [TopicPartition(topic: "t", partition: 0): -1])
        }
        #expect(error?.kind == .configuration)
        admin.close()
    }

    @Test func `a close ends a question that nobody answers`() async throws {
        let silent = try await FakeBroker.speaking("")
        defer { silent.close() }
        let admin = try Admin(
            configuration: KafkaConfiguration(bootstrapServers: silent.address, clientID: "test"),
            logger: Cluster().logger
        )
        let answer = Task { try await admin.describeTopics([], within: .seconds(60)) }
        admin.close()
        let error = await #expect(throws: KafkaError.self) {
            try await within(.seconds(2), "the end") { try await answer.value }
        }
        #expect(error?.code == .closed || error?.reason.contains("closed") == true, "\(error as Any)")
    }
}
