import Kafka
import LocalStack
import Synchronization
import Testing
import WorkQueue

/// The queue over the real client and a mock cluster.
@Suite struct WorkQueueKafkaTests {
    private static let partitions = (0..<4).map { TopicPartition(topic: "jobs", partition: Int32($0)) }

    private func configuration(_ kafka: LocalKafka, _ clientID: String) -> KafkaConfiguration {
        KafkaConfiguration(
            bootstrapServers: kafka.bootstrapServers,
            clientID: clientID,
            properties: LocalKafka.clientProperties
        )
    }

    private func queue(
        _ kafka: LocalKafka,
        _ name: String,
        _ producer: Producer,
        policy: WorkQueuePolicy = WorkQueuePolicy(
            concurrency: 4,
            messages: 8,
            commitInterval: .milliseconds(50)
        ),
        handler: @escaping WorkQueue.Handler
    ) throws -> WorkQueue {
        let member = try ConsumerGroupMember(
            configuration: configuration(kafka, name),
            group: "workers",
            topics: ["jobs"],
            logger: quiet
        )
        return WorkQueue(
            consumer: member,
            policy: policy,
            deadLetters: { letter in try await producer.send(Self.record(of: letter)) },
            logger: quiet,
            handler: handler
        )
    }

    private static func record(of letter: DeadLetter) -> ProducerRecord {
        let message = letter.message
        let origin = "\(message.topicPartition) \(message.offset): \(letter.reason)"
        return ProducerRecord(
            topic: "dead",
            key: message.key,
            value: message.value,
            headers: message.headers + [KafkaHeader("origin", origin)]
        )
    }

    private func send(_ producer: Producer, _ numbers: Range<Int>) async throws {
        for number in numbers {
            try await producer.send(
                ProducerRecord(topic: "jobs", key: "key-\(number % 12)", text: "\(number)")
            )
        }
    }

    @Test func `two workers share, one leaves in the middle, and each key stays in order`() async throws {
        let kafka = try LocalKafka(topics: [("jobs", 4), ("dead", 1)])
        let producer = try Producer(configuration: configuration(kafka, "producer"), logger: quiet)
        let handled = Record<Int>()
        let handler: WorkQueue.Handler = { message in
            handled.add(Int(message.text) ?? -1)
            return .done
        }
        let first = try queue(kafka, "one", producer, handler: handler)
        let second = try queue(kafka, "two", producer, handler: handler)
        try await within(.seconds(50), "the work") {
            async let firstRun: Void = first.run()
            async let secondRun: Void = second.run()
            try await send(producer, 0..<120)
            await handled.until { Set($0).count == 120 }
            // Both work now, or will after the rebalance; one goes.
            await first.stop(within: .seconds(5))
            try await firstRun
            try await send(producer, 120..<240)
            await handled.until { Set($0).count == 240 }
            await second.stop(within: .seconds(5))
            try await secondRun
        }
        for key in 0..<12 {
            // Repetitions are allowed (a rebalance may refuse a commit), overtaking isn't.
            var seen: Set<Int> = []
            let firsts = handled.items.filter { $0 % 12 == key && seen.insert($0).inserted }
            #expect(firsts == firsts.sorted())
        }
        let admin = try Admin(configuration: configuration(kafka, "admin"), logger: quiet)
        let committed = try await admin.committedOffsets(group: "workers", of: Self.partitions)
        let ends = try await admin.endOffsets(of: ["jobs"]).filter { $0.value > 0 }
        #expect(committed == ends)
        await producer.close(within: .seconds(5))
    }

    @Test func `a dead letter stands in its topic with origin, key and headers`() async throws {
        let kafka = try LocalKafka(topics: [("jobs", 1), ("dead", 1)])
        let producer = try Producer(configuration: configuration(kafka, "producer"), logger: quiet)
        let reader = try TopicReader(
            configuration: configuration(kafka, "reader"),
            topic: "dead",
            logger: quiet
        )
        try await reader.start(from: .end, within: .seconds(10))
        let tries = Record<String>()
        let queue = try queue(kafka, "one", producer) { message in
            tries.add(message.text)
            guard message.text == "again" else { return .dead(reason: "no request") }
            return tries.items.filter { $0 == "again" }.count < 3 ? .againSoon(reason: "table away") : .done
        }
        let letter = try await within(.seconds(20), "the letter") {
            async let run: Void = queue.run()
            try await producer.send(ProducerRecord(topic: "jobs", key: "k", text: "again"))
            try await producer.send(
                ProducerRecord(topic: "jobs", key: "k", text: "{", headers: [KafkaHeader("ce_id", "7")])
            )
            let letter = try await reader.messages.first { _ in true }
            await queue.stop(within: .seconds(5))
            try await run
            return letter
        }
        #expect(tries.items == ["again", "again", "again", "{"])
        #expect(letter?.key == Array("k".utf8))
        #expect(letter?.value == Array("{".utf8))
        #expect(letter?.headers.map(\.name) == ["ce_id", "origin"])
        let place = TopicPartition(topic: "jobs", partition: 0)
        #expect(letter?.headers.map(\.text) == ["7", "\(place) 1: no request"])
        await producer.close(within: .seconds(5))
    }

    @Test func `a full worker takes commands and no requests`() async throws {
        let kafka = try LocalKafka(topics: [("requests", 1), ("commands", 1)])
        let producer = try Producer(configuration: configuration(kafka, "producer"), logger: quiet)
        let handled = Record<String>()
        let member = try ConsumerGroupMember(
            configuration: configuration(kafka, "one"),
            group: "workers",
            topics: ["requests", "commands"],
            logger: quiet
        )
        let queue = WorkQueue(consumer: member, deadLetters: { _ in }, logger: quiet) { message in
            handled.add("\(message.topic) \(message.text)")
            return .done
        }
        await queue.setFull(true, topic: "requests")
        try await within(.seconds(20), "the work") {
            async let run: Void = queue.run()
            try await producer.send(ProducerRecord(topic: "requests", key: "a", text: "1"))
            for number in 1...3 {
                try await producer.send(ProducerRecord(topic: "commands", key: "a", text: "\(number)"))
            }
            await handled.count(3)
            #expect(handled.items == ["commands 1", "commands 2", "commands 3"])
            await queue.setFull(false, topic: "requests")
            await handled.has("requests 1")
            await queue.stop(within: .seconds(5))
            try await run
        }
        await producer.close(within: .seconds(5))
    }
}

extension KafkaMessage {
    fileprivate var text: String { value.map { String(decoding: $0, as: UTF8.self) } ?? "" }
}
