import Kafka
import LocalStack
import Synchronization
import Testing

@Suite struct SeekTests {
    private let item = TopicPartition(topic: "jobs", partition: 0)

    private func filled(_ count: Int) async throws -> Cluster {
        let cluster = try Cluster((name: "jobs", partitions: 1))
        let producer = try cluster.producer(["linger.ms": "20"])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask {
                    try await producer.send(ProducerRecord(topic: "jobs", value: [UInt8(number)]))
                }
            }
            try await group.waitForAll()
        }
        await producer.close(within: .seconds(5))
        return cluster
    }

    @Test func `after a seek comes that message, and nothing that was read ahead`() async throws {
        let cluster = try await filled(100)
        let settings = ConsumerSettings(messagesReadAhead: 8)
        let item = item
        try await running(cluster.member("m", group: "g", topics: ["jobs"], settings: settings)) { member in
            let early = try await within(.seconds(15), "ten") { try await member.take(10) }
            #expect(early.map(\.offset) == Array(0..<10))
            #expect(try await member.positions() == [item: 10])
            #expect(try await member.endOffsets() == [item: 100])
            #expect(try await member.lag() == [item: 90])
            for target: Int64 in [2, 90, 91, 0, 50] {
                try await member.seek(item, to: target)
                #expect(try await member.positions() == [item: target])
                let taken = try await within(.seconds(15), "after \(target)") { try await member.take(7) }
                #expect(taken.map(\.offset) == Array(target..<target + 7))
            }
        }
    }

    @Test func `a paused topic is sought, and resumed there`() async throws {
        let cluster = try await filled(40)
        let item = item
        let settings = ConsumerSettings(messagesReadAhead: 4)
        try await running(cluster.member("m", group: "g", topics: ["jobs"], settings: settings)) { member in
            _ = try await within(.seconds(15), "two") { try await member.take(2) }
            member.pause(topic: "jobs")
            try await member.seek(item, to: 30)
            try await member.seek(item, to: 20)
            #expect(try await member.positions() == [item: 20])
            member.resume(topic: "jobs")
            let taken = try await within(.seconds(15), "the rest") { try await member.take(20) }
            #expect(taken.map(\.offset) == Array(20..<40))
        }
    }

    @Test func `a seek as soon as a partition is there counts`() async throws {
        let cluster = try await filled(40)
        let item = item
        try await running(cluster.member("m", group: "g", topics: ["jobs"])) { member in
            let taken = try await within(.seconds(15), "messages") {
                while let event = try await member.next() {
                    if case .assigned = event { break }
                }
                try await member.seek(item, to: 33)
                return try await member.take(7)
            }
            #expect(taken.map(\.offset) == Array(33..<40))
        }
    }

    @Test func `what isn't owned can't be sought`() async throws {
        let cluster = try await filled(1)
        let item = item
        try await running(cluster.member("m", group: "g", topics: ["jobs"])) { member in
            let early = await #expect(throws: KafkaError.self) { try await member.seek(item, to: 0) }
            #expect(early?.code == .state)
            _ = try await within(.seconds(15), "a message") { try await member.take(1) }
            let other = TopicPartition(topic: "jobs", partition: 7)
            let foreign = await #expect(throws: KafkaError.self) { try await member.seek(other, to: 0) }
            #expect(foreign?.code == .state)
            let negative = await #expect(throws: KafkaError.self) { try await member.seek(item, to: -2) }
            #expect(negative?.code == .invalidConfiguration)
        }
    }

    @Test func `the position and lag of an idle partition come from its commit`() async throws {
        let cluster = try await filled(10)
        let item = item
        try await running(cluster.member("one", group: "g", topics: ["jobs"])) { member in
            _ = try await within(.seconds(15), "a message") { try await member.take(1) }
            try await member.commit([item: 10])
        }
        try await running(cluster.member("two", group: "g", topics: ["jobs"])) { member in
            try await within(.seconds(20), "the committed offset") {
                while try await member.lag() != [item: 0] { await Task.yield() }
            }
            #expect(try await member.positions() == [item: 10])
        }
    }
}
