import Kafka
import LocalStack
import Testing

@Suite struct ProducerTests {
    @Test func `a record comes back with its headers, key, value and time`() async throws {
        let cluster = try Cluster((name: "things", partitions: 2))
        let producer = try cluster.producer()
        let reader = try cluster.reader("things")
        try await reader.start(from: .beginning, within: .seconds(10))
        let record = ProducerRecord(
            topic: "things",
            partition: 1,
            key: Array("key".utf8),
            value: Array("value".utf8),
            headers: [
                KafkaHeader("text", "a"), KafkaHeader("empty", []), KafkaHeader("absent", nil),
                KafkaHeader("text", "again"),
            ],
            timestampMilliseconds: 1_700_000_000_123
        )
        let place = try await producer.send(record)
        #expect(place == RecordMetadata(topic: "things", partition: 1, offset: 0))
        let message = try #require(await first(reader))
        #expect(message.key == record.key)
        #expect(message.value == record.value)
        #expect(message.headers == record.headers)
        #expect(message.header("text")?.text == "again")
        #expect(message.timestampMilliseconds == 1_700_000_000_123)
        await producer.close(within: .seconds(5))
        reader.close()
    }

    @Test(arguments: [
        ([UInt8]?.none, [UInt8]?.none), ([], []), (nil, []), ([], nil), ([0, 255], [0]),
    ])
    func `no key, an empty key, a tombstone and an empty value are four things`(
        key: [UInt8]?,
        value: [UInt8]?
    ) async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer()
        let reader = try cluster.reader("things")
        try await reader.start(from: .end, within: .seconds(10))
        try await producer.send(ProducerRecord(topic: "things", key: key, value: value))
        let message = try #require(await first(reader))
        #expect(message.key == key)
        #expect(message.value == value)
        await producer.close(within: .seconds(5))
    }

    @Test func `many senders get an offset each, whatever the queue holds`() async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        // Far more senders than room: all but a few are suspended until there is some.
        let producer = try cluster.producer(["queue.buffering.max.messages": "5", "linger.ms": "0"])
        let offsets = try await within(.seconds(20), "300 sends") {
            try await withThrowingTaskGroup(of: Int64.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        try await producer.send(ProducerRecord(topic: "things", key: "k", text: "\(number)"))
                            .offset
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(offsets.sorted() == Array(0..<300))
        await producer.close(within: .seconds(5))
    }

    @Test func `a record that can't go is refused at once, and surely not sent`() async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer(["message.max.bytes": "2000"])
        let error = await #expect(throws: KafkaError.self) {
            try await producer.send(
                ProducerRecord(topic: "things", value: [UInt8](repeating: 1, count: 3000))
            )
        }
        #expect(error?.code == .messageTooLarge)
        #expect(error?.outcome == .notPersisted)
        await producer.close(within: .seconds(5))
    }

    @Test func `an unreachable broker is named within the record's time`() async throws {
        let logger = try Cluster().logger
        let producer = try Producer(
            configuration: KafkaConfiguration(
                bootstrapServers: "127.0.0.1:1",
                clientID: "test",
                properties: ["delivery.timeout.ms": "1500"]
            ),
            logger: logger
        )
        let error = await #expect(throws: KafkaError.self) {
            try await within(.seconds(8), "the refusal") {
                try await producer.send(ProducerRecord(topic: "things", key: "k", text: "v"))
            }
        }
        #expect(error?.code == .messageTimedOut)
        #expect(error?.outcome == .notPersisted)
        #expect(error?.isRetriable == true)
        #expect(error?.reason.contains("127.0.0.1:1") == true, "\(String(describing: error))")
        await producer.close(within: .zero)
    }

    @Test func `a flush over its time says how many wait, and a close gives them up`() async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer()
        try await producer.send(ProducerRecord(topic: "things", key: "k", text: "0"))
        try cluster.kafka.brokerDown()
        let sending = Task { try await producer.send(ProducerRecord(topic: "things", key: "k", text: "1")) }
        let refusal = try await refusedFlush(producer)
        #expect(refusal.code == .timedOut)
        #expect(refusal.reason.contains("1 records"))
        await producer.close(within: .milliseconds(50))
        let error = await #expect(throws: KafkaError.self) { try await sending.value }
        #expect(error?.outcome == .notPersisted || error?.outcome == .possiblyPersisted)
        let late = await #expect(throws: KafkaError.self) {
            try await producer.send(ProducerRecord(topic: "things", key: "k", text: "2"))
        }
        #expect(late?.code == .closed)
        #expect(late?.outcome == .notPersisted)
    }

    @Test func `a cancelled send ends at once and says what is known`() async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer()
        try await producer.send(ProducerRecord(topic: "things", key: "k", text: "0"))
        try cluster.kafka.brokerDown()
        let sending = Task { try await producer.send(ProducerRecord(topic: "things", key: "k", text: "1")) }
        sending.cancel()
        let error = await #expect(throws: KafkaError.self) {
            try await within(.seconds(3), "the cancellation") { try await sending.value }
        }
        #expect(error?.code == .cancelled)
        #expect(error?.outcome != nil)
        await producer.close(within: .zero)
    }

    @Test func `a record sent while the broker is away arrives when it is back`() async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer(["reconnect.backoff.max.ms": "200"])
        try await producer.send(ProducerRecord(topic: "things", key: "k", text: "0"))
        try cluster.kafka.brokerDown()
        async let place = producer.send(ProducerRecord(topic: "things", key: "k", text: "1"))
        #expect(try await refusedFlush(producer).code == .timedOut)
        try cluster.kafka.brokerUp()
        #expect(try await place.offset == 1)
        await producer.close(within: .seconds(5))
    }

    /// Flushes until one finds a record under way; the first may come before the record does.
    private func refusedFlush(_ producer: Producer) async throws -> KafkaError {
        try await within(.seconds(10), "a refused flush") {
            while true {
                do throws(KafkaError) {
                    try await producer.flush(within: .milliseconds(50))
                } catch {
                    return error
                }
                await Task.yield()
            }
        }
    }

    private func first(_ reader: TopicReader) async throws -> KafkaMessage? {
        try await within(.seconds(10), "a message") {
            for try await message in reader.messages { return message }
            return nil
        }
    }
}
