import Kafka
import Testing

@Suite struct TopicReaderTests {
    private func send(_ producer: Producer, _ numbers: Range<Int>) async throws {
        for number in numbers {
            try await producer.send(ProducerRecord(topic: "news", key: "\(number)", text: "\(number)"))
        }
    }

    private func take(_ reader: TopicReader, _ count: Int) async throws -> [String] {
        try await within(.seconds(10), "\(count) messages") {
            var texts: [String] = []
            for try await message in reader.messages {
                texts.append(message.text ?? "")
                if texts.count == count { break }
            }
            return texts
        }
    }

    @Test func `a reader from the end sees what comes after its start and nothing before`() async throws {
        let cluster = try Cluster((name: "news", partitions: 3))
        let producer = try cluster.producer()
        try await send(producer, 0..<10)
        let reader = try cluster.reader("news")
        let offsets = try await reader.start(from: .end, within: .seconds(10))
        #expect(offsets.count == 3)
        #expect(offsets.values.reduce(0, +) == 10)
        try await send(producer, 10..<20)
        let seen = try await take(reader, 10)
        #expect(seen.sorted() == (10..<20).map(String.init))
        await producer.close(within: .seconds(5))
    }

    @Test func `a reader from the beginning sees all, through a box for two`() async throws {
        let cluster = try Cluster((name: "news", partitions: 3))
        let producer = try cluster.producer()
        try await send(producer, 0..<30)
        let reader = try TopicReader(
            configuration: cluster.configuration(),
            topic: "news",
            messagesReadAhead: 2,
            logger: cluster.logger
        )
        try await reader.start(from: .beginning, within: .seconds(10))
        #expect(Set(try await take(reader, 30)).count == 30)
        await producer.close(within: .seconds(5))
    }

    @Test func `a missing topic is named, and asking doesn't make it`() async throws {
        let cluster = try Cluster((name: "news", partitions: 1))
        let reader = try cluster.reader("olds")
        let error = await #expect(throws: KafkaError.self) {
            try await reader.start(from: .end, within: .seconds(5))
        }
        #expect(error?.code == .unknownTopic)
        #expect(error?.reason == "the topic olds doesn't exist, or this client may not see it")
        #expect(error?.kind == .configuration)
        let admin = try cluster.admin()
        #expect(try await admin.describeTopics(["olds", "news"]).keys.sorted() == ["news"])
    }

    @Test func `an unreachable broker is named within the limit`() async throws {
        let cluster = try Cluster((name: "news", partitions: 1))
        let reader = try TopicReader(
            configuration: KafkaConfiguration(bootstrapServers: "127.0.0.1:1", clientID: "test"),
            topic: "news",
            logger: cluster.logger
        )
        let error = await #expect(throws: KafkaError.self) {
            try await within(.seconds(5), "the refusal") {
                try await reader.start(from: .end, within: .seconds(1))
            }
        }
        #expect(error?.isRetriable == true)
        #expect(error?.reason.contains("127.0.0.1:1") == true, "\(String(describing: error))")
    }

    @Test func `closing ends the sequence`() async throws {
        let cluster = try Cluster((name: "news", partitions: 1))
        let reader = try cluster.reader("news")
        try await reader.start(from: .end, within: .seconds(10))
        async let rest = take(reader, 1)
        reader.close()
        #expect(try await rest == [])
    }
}
