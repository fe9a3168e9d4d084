import Kafka
import LocalStack
import Testing

@Suite struct StuckMemberTests {
    private func cluster() async throws -> Cluster {
        let cluster = try Cluster((name: "jobs", partitions: 1))
        let producer = try cluster.producer()
        try await producer.send(ProducerRecord(topic: "jobs", value: [1]))
        await producer.close(within: .seconds(5))
        return cluster
    }

    @Test func `a member whose messages nobody takes leaves, and says so`() async throws {
        let cluster = try await cluster()
        let log = LogKeeper()
        let member = try cluster.member(
            "m",
            group: "g",
            topics: ["jobs"],
            settings: ConsumerSettings(stuckAfter: .milliseconds(200)),
            ["debug": "protocol"],
            logger: log.logger
        )
        let error = await #expect(throws: KafkaError.self) {
            try await within(.seconds(15), "the end") { try await member.run() }
        }
        #expect(error?.code == .stuck)
        #expect(error?.reason.contains("nothing was taken") == true)
        #expect(log.contains("LeaveGroupRequest"))
        #expect(member.health().stage == .over)
        let next = await #expect(throws: KafkaError.self) { try await member.next() }
        #expect(next?.code == .stuck)
    }

    @Test func `held messages and an idle topic make nobody stuck`() async throws {
        let cluster = try await cluster()
        let settings = ConsumerSettings(stuckAfter: .milliseconds(200))
        let member = try cluster.member("m", group: "g", topics: ["jobs"], settings: settings)
        member.pause(topic: "jobs")
        try await running(member) { member in
            try await within(.seconds(15), "the assignment") {
                guard case .assigned = try await member.next() else { throw TooLate(description: "assigned") }
                while member.readAhead(topic: "jobs") == 0 { await Task.yield() }
            }
            #expect(member.health().stage == .assigned)
            #expect(member.health().ownedPartitions == 1)
            // Served many times after the limit.
            try await within(.seconds(5), "time") {
                while member.health().sinceRebalance ?? .zero < .milliseconds(600) { await Task.yield() }
            }
            #expect(member.health().waiting == nil)
            member.resume(topic: "jobs")
            _ = try await within(.seconds(5), "the message") { try await member.take(1) }
        }
    }
}

@Suite struct StaticMemberTests {
    @Test(arguments: [true, false])
    func `a static member leaves without a word, any other with one`(isStatic: Bool) async throws {
        let cluster = try Cluster((name: "jobs", partitions: 1))
        let log = LogKeeper()
        var properties = ["debug": "protocol"]
        if isStatic { properties["group.instance.id"] = "worker-1" }
        let member = try cluster.member("m", group: "g", topics: ["jobs"], properties, logger: log.logger)
        try await running(member) { member in
            try await within(.seconds(15), "the assignment") {
                guard case .assigned = try await member.next() else { throw TooLate(description: "assigned") }
            }
        }
        #expect(log.contains("JoinGroupRequest"))
        #expect(log.contains("LeaveGroupRequest") == !isStatic)
    }

    /// The local Kafka knows no instances: it is told to answer as a broker does that has seen the twin.
    @Test func `a fenced twin ends, fatally, and says why`() async throws {
        let cluster = try Cluster((name: "jobs", partitions: 1))
        let member = try cluster.member(
            "m",
            group: "g",
            topics: ["jobs"],
            ["group.instance.id": "worker-1"]
        )
        let error = await #expect(throws: KafkaError.self) {
            try await within(.seconds(20), "the end") {
                async let life: Void = member.run()
                guard case .assigned = try await member.next() else { throw TooLate(description: "assigned") }
                try cluster.kafka.push(errors: [82], to: .heartbeat)
                try await life
            }
        }
        #expect(error?.code == .fencedInstance)
        #expect(error?.isFatal == true)
        #expect(error?.reason.contains("another member joined the group g with this one's") == true)
    }
}
