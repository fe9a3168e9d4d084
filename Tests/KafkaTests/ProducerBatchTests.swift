import Kafka
import LocalStack
import Testing

/// Several records in one call.
@Suite struct ProducerBatchTests {
    private func records(_ numbers: Range<Int>) -> [ProducerRecord] {
        numbers.map { ProducerRecord(topic: "things", partition: 0, value: Array("\($0)".utf8)) }
    }

    /// What stands in the topic, in its order.
    private func texts(_ cluster: Cluster, _ count: Int) async throws -> [String?] {
        let reader = try cluster.reader("things")
        try await reader.start(from: .beginning, within: .seconds(10))
        defer { reader.close() }
        return try await within(.seconds(10), "\(count) messages") {
            var texts: [String?] = []
            for try await message in reader.messages {
                texts.append(message.text)
                if texts.count == count { break }
            }
            return texts
        }
    }

    /// With room for few, most of a batch waits while what goes before it is acknowledged.
    @Test(arguments: ["100000", "5", "1"])
    func `a batch keeps its order, however little room the queue has`(room: String) async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer(["queue.buffering.max.messages": room, "linger.ms": "0"])
        let outcomes = try await within(.seconds(20), "200 records") { await producer.send(records(0..<200)) }
        #expect(try outcomes.map { try $0.get().offset } == Array(0..<200))
        #expect(try await texts(cluster, 200) == (0..<200).map { "\($0)" })
        await producer.close(within: .seconds(5))
    }

    @Test func `batches that wait for room beside each other each keep their order, and none starves`()
        async throws
    {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer(["queue.buffering.max.messages": "7", "linger.ms": "0"])
        let offsets = try await within(.seconds(30), "the batches") {
            try await withThrowingTaskGroup(of: [Int64].self) { group in
                for part in 0..<8 {
                    group.addTask {
                        try await producer.send(records(part * 50..<part * 50 + 50)).map {
                            try $0.get().offset
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        for each in offsets { #expect(each == each.sorted()) }
        #expect(offsets.joined().sorted() == Array(0..<400))
        await producer.close(within: .seconds(5))
    }

    @Test func `each record has its own outcome, and one that is refused holds up none`() async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer(["message.max.bytes": "2000"])
        var batch = records(0..<4)
        batch.insert(
            ProducerRecord(topic: "things", partition: 0, value: [UInt8](repeating: 1, count: 3000)),
            at: 1
        )
        batch.insert(ProducerRecord(topic: "things", partition: 9, value: [1]), at: 3)
        let outcomes = try await within(.seconds(15), "the outcomes") { [batch] in await producer.send(batch)
        }
        try #require(outcomes.count == 6)
        for (place, offset) in [(0, 0), (2, 1), (4, 2), (5, 3)] as [(Int, Int64)] {
            #expect(try outcomes[place].get().offset == offset)
        }
        let tooLarge = #expect(throws: KafkaError.self) { try outcomes[1].get() }
        #expect(tooLarge?.code == .messageTooLarge)
        #expect(tooLarge?.outcome == .notPersisted)
        let nowhere = #expect(throws: KafkaError.self) { try outcomes[3].get() }
        #expect(nowhere?.outcome == .notPersisted)
        #expect(nowhere?.reason.contains("things") == true, "\(nowhere?.reason ?? "")")
        #expect(try await texts(cluster, 4) == ["0", "1", "2", "3"])
        await producer.close(within: .seconds(5))
    }

    @Test func `a cancelled batch ends at once, and what had no room is surely not sent`() async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer(["queue.buffering.max.messages": "3"])
        try await producer.send(ProducerRecord(topic: "things", partition: 0, value: Array("first".utf8)))
        try cluster.kafka.brokerDown()
        let sending = Task { await producer.send(records(0..<10)) }
        sending.cancel()
        let outcomes = try await within(.seconds(3), "the cancellation") { await sending.value }
        try #require(outcomes.count == 10)
        for outcome in outcomes {
            let error = #expect(throws: KafkaError.self) { try outcome.get() }
            #expect(error?.code == .cancelled)
            #expect(error?.outcome != nil)
        }
        for outcome in outcomes.suffix(7) {
            #expect(#expect(throws: KafkaError.self) { try outcome.get() }?.outcome == .notPersisted)
        }
        await producer.close(within: .zero)
    }

    @Test func `a batch of none has no outcomes, and a closed producer refuses each record`() async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer()
        #expect(await producer.send([]).isEmpty)
        await producer.close(within: .seconds(5))
        let outcomes = await producer.send(records(0..<2))
        try #require(outcomes.count == 2)
        for outcome in outcomes {
            let error = #expect(throws: KafkaError.self) { try outcome.get() }
            #expect(error?.code == .closed)
            #expect(error?.outcome == .notPersisted)
        }
    }
}
