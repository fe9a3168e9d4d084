import LocalStack
import Testing

@testable import Kafka

@Suite struct ProducerRecoveryTests {
    /// OUT_OF_ORDER_SEQUENCE_NUMBER, which an idempotent producer can't survive with the same handle.
    private static let gap: Int32 = 45

    @Test func `after a gap in the sequence a new handle goes on, and the record's fate is told`()
        async throws
    {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer()
        try await producer.send(ProducerRecord(topic: "things", key: "k", text: "0"))
        try cluster.kafka.push(errors: [Self.gap], to: .produce)
        let error = await #expect(throws: KafkaError.self) {
            try await producer.send(ProducerRecord(topic: "things", key: "k", text: "1"))
        }
        #expect(error?.outcome != nil)
        #expect(error?.isFatal == false)
        #expect(error?.isRetriable == true)
        let place = try await within(.seconds(5), "the next record") {
            try await producer.send(ProducerRecord(topic: "things", key: "k", text: "2"))
        }
        #expect(place.offset == 1)
        await producer.close(within: .seconds(5))
    }

    @Test func `too many fatal errors end the producer with their reason, and its close is prompt`()
        async throws
    {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer()
        for _ in 0...ProducerRecovery.limit {
            try cluster.kafka.push(errors: [Self.gap], to: .produce)
            _ = try? await producer.send(ProducerRecord(topic: "things", key: "k", text: "x"))
        }
        let error = await #expect(throws: KafkaError.self) {
            try await producer.send(ProducerRecord(topic: "things", key: "k", text: "y"))
        }
        #expect(error?.isFatal == true)
        #expect(error?.outcome == .notPersisted)
        try await within(.seconds(1), "the close") { await producer.close(within: .seconds(5)) }
    }

    @Test func `a new handle is made three times in ten minutes, and again when they are over`() {
        var recovery = ProducerRecovery()
        let start = ContinuousClock.now
        for _ in 0..<3 {
            let isBegun = recovery.begin(at: start)
            #expect(isBegun)
            #expect(recovery.isUnderWay)
            #expect(!recovery.isDue(false, at: start))
            #expect(recovery.isDue(true, at: start))
            #expect(recovery.isDue(false, at: start + .seconds(2)))
            recovery.end()
        }
        #expect(!recovery.hasRoom)
        let isFourth = recovery.begin(at: start + .seconds(599))
        #expect(!isFourth)
        let isLater = recovery.begin(at: start + .seconds(600))
        #expect(isLater)
    }
}
