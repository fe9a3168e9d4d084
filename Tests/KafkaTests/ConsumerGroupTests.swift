import Kafka
import LocalStack
import Synchronization
import Testing

@Suite struct ConsumerGroupTests {
    @Test func `what was committed isn't read again, and the rest is`() async throws {
        let cluster = try Cluster((name: "jobs", partitions: 1))
        let producer = try cluster.producer()
        for number in 0..<6 {
            try await producer.send(ProducerRecord(topic: "jobs", key: "k", text: "\(number)"))
        }
        let partition = TopicPartition(topic: "jobs", partition: 0)
        let first = try await running(cluster.member("one", group: "g", topics: ["jobs"])) { member in
            let taken = try await within(.seconds(15), "four messages") { try await member.take(4) }
            try await member.commit([partition: 2])
            return taken
        }
        #expect(first.map(\.text) == ["0", "1", "2", "3"])
        let second = try await running(cluster.member("two", group: "g", topics: ["jobs"])) { member in
            try await within(.seconds(15), "the rest") { try await member.take(4) }
        }
        #expect(second.map(\.text) == ["2", "3", "4", "5"])
        let admin = try cluster.admin()
        #expect(try await admin.committedOffsets(group: "g", of: [partition]) == [partition: 2])
        #expect(try await admin.endOffsets(of: ["jobs"]) == [partition: 6])
        await producer.close(within: .seconds(5))
    }

    @Test func `a tombstone, an empty value and headers reach a member`() async throws {
        let cluster = try Cluster((name: "jobs", partitions: 1))
        let producer = try cluster.producer()
        let headers = [KafkaHeader("ce_id", "1"), KafkaHeader("none", nil), KafkaHeader("empty", [])]
        try await producer.send(ProducerRecord(topic: "jobs", key: [1], value: nil, headers: headers))
        try await producer.send(ProducerRecord(topic: "jobs", value: []))
        let taken = try await running(cluster.member("one", group: "g", topics: ["jobs"])) { member in
            try await within(.seconds(15), "two messages") { try await member.take(2) }
        }
        #expect(taken.map(\.value) == [nil, []])
        #expect(taken.map(\.key) == [[1], nil])
        #expect(taken.first?.headers == headers)
        await producer.close(within: .seconds(5))
    }

    @Test func `a paused topic keeps its messages and holds up no other`() async throws {
        let cluster = try Cluster((name: "requests", partitions: 2), (name: "commands", partitions: 2))
        // One batch, so that the library has them all at once and only our own bounds keep them back.
        let producer = try cluster.producer(["linger.ms": "100"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                let record = ProducerRecord(topic: "requests", partition: 0, value: [UInt8(number)])
                group.addTask { try await producer.send(record) }
            }
            try await group.waitForAll()
        }
        let member = try cluster.member(
            "one",
            group: "g",
            topics: ["requests", "commands"],
            settings: ConsumerSettings(messagesReadAhead: 4)
        )
        try await running(member) { member in
            let before = try await within(.seconds(15), "requests") { try await member.take(3) }
            // A question to the member's thread: it has put all that it would by then.
            _ = try await member.lag()
            #expect(member.readAhead(topic: "requests") <= 4)
            member.pause(topic: "requests")
            for _ in 0..<5 {
                try await producer.send(ProducerRecord(topic: "commands", key: "k", text: "stop"))
            }
            let between = try await within(.seconds(10), "commands") { try await member.take(5) }
            #expect(between.allSatisfy { $0.topic == "commands" })
            member.resume(topic: "requests")
            let after = try await within(.seconds(10), "requests") { try await member.take(197) }
            #expect((before + after).map(\.offset) == Array(0..<200))
            #expect(try await member.lag()[TopicPartition(topic: "requests", partition: 0)] == 0)
        }
        await producer.close(within: .seconds(5))
    }

    @Test(arguments: ["range", "cooperative-sticky"])
    func `a second member takes over a part, after a drain, and nothing is lost`(assignor: String)
        async throws
    {
        let cluster = try Cluster((name: "jobs", partitions: 4))
        let producer = try cluster.producer()
        let properties = ["partition.assignment.strategy": assignor]
        let first = try cluster.member("one", group: "g", topics: ["jobs"], properties)
        let second = try cluster.member("two", group: "g", topics: ["jobs"], properties)
        let ledger = Ledger()
        try await running(first) { first in
            async let firstWorks: Void = ledger.work(first, "one")
            try await within(.seconds(15), "the first's partitions") { await ledger.owned(by: "one", 4) }
            try await running(second) { second in
                async let secondWorks: Void = ledger.work(second, "two")
                for number in 0..<100 {
                    try await producer.send(
                        ProducerRecord(topic: "jobs", key: "\(number)", text: "\(number)")
                    )
                }
                try await within(.seconds(25), "half each") {
                    await ledger.owned(by: "one", 2)
                    await ledger.owned(by: "two", 2)
                }
                for number in 100..<200 {
                    try await producer.send(
                        ProducerRecord(topic: "jobs", key: "\(number)", text: "\(number)")
                    )
                }
                try await within(.seconds(15), "all messages") { await ledger.seen(200) }
                second.close(within: .zero)
                try await secondWorks
            }
            first.close(within: .zero)
            try await firstWorks
        }
        #expect(await ledger.drains > 0)
        await producer.close(within: .seconds(5))
    }

    @Test func `a member that can't reach its broker closes within its limit`() async throws {
        let cluster = try Cluster()
        let member = try ConsumerGroupMember(
            configuration: KafkaConfiguration(bootstrapServers: "127.0.0.1:1", clientID: "test"),
            group: "g",
            topics: ["jobs"],
            settings: ConsumerSettings(leaveLimit: .milliseconds(200)),
            logger: cluster.logger
        )
        try await within(.seconds(5), "the end") {
            async let life: Void = member.run()
            let error = await #expect(throws: KafkaError.self) {
                try await member.commit(
                    [TopicPartition(topic: "jobs", partition: 0): 1],
                    within: .milliseconds(500)
                )
            }
            #expect(error?.code == .timedOut || error?.isRetriable == true)
            member.close(within: .zero)
            try await life
        }
    }

    @Test func `a closing member is asked to drain, and commits before it leaves`() async throws {
        let cluster = try Cluster((name: "jobs", partitions: 1))
        let partition = TopicPartition(topic: "jobs", partition: 0)
        let producer = try cluster.producer()
        for number in 0..<3 {
            try await producer.send(ProducerRecord(topic: "jobs", key: "k", text: "\(number)"))
        }
        let first = try cluster.member("one", group: "g", topics: ["jobs"])
        try await within(.seconds(20), "the first") {
            async let life: Void = first.run()
            _ = try await first.take(2)
            first.close(within: .seconds(5))
            for try await event in first.events {
                guard case .revoking(let revocation) = event else { continue }
                #expect(revocation.partitions == [partition])
                try await first.commit([partition: 2])
                revocation.complete()
            }
            try await life
        }
        let rest = try await running(cluster.member("two", group: "g", topics: ["jobs"])) { member in
            // No session has to run out first: the first one said that it left.
            try await within(.seconds(8), "the rest") { try await member.take(1) }
        }
        #expect(rest.map(\.text) == ["2"])
        await producer.close(within: .seconds(5))
    }

    @Test func `a refused commit is an error, and the next one may go through`() async throws {
        let cluster = try Cluster((name: "jobs", partitions: 1))
        let partition = TopicPartition(topic: "jobs", partition: 0)
        let producer = try cluster.producer()
        try await producer.send(ProducerRecord(topic: "jobs", key: "k", text: "0"))
        try await running(cluster.member("one", group: "g", topics: ["jobs"])) { member in
            _ = try await within(.seconds(15), "a message") { try await member.take(1) }
            try cluster.kafka.push(errors: [27], to: .offsetCommit)
            let error = await #expect(throws: KafkaError.self) { try await member.commit([partition: 1]) }
            #expect(error?.code == .rebalanceInProgress)
            #expect(error?.isRetriable == true)
            try await member.commit([partition: 1])
        }
        await producer.close(within: .seconds(5))
    }

    @Test func `a cancelled run leaves`() async throws {
        let cluster = try Cluster((name: "jobs", partitions: 1))
        let member = try cluster.member("one", group: "g", topics: ["jobs"])
        let life = Task { try await member.run() }
        life.cancel()
        try await within(.seconds(10), "the end") { try await life.value }
        #expect(try await member.next() == nil)
        let error = await #expect(throws: KafkaError.self) { try await member.run() }
        #expect(error?.code == .closed)
    }
}
