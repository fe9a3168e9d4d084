import Fleet
import Kafka
import Reservations
import Testing

@Suite struct DeadLetterTests {
    @Test func `a dead letter is the message as it was, with the reason and where it came from`() async throws
    {
        let keeper = RecordKeeper()
        let letters = DeadLetters(producer: keeper, topics: Topics(), time: BenchTime())
        let message = KafkaMessage(
            topic: "reservations.requests",
            partition: 5,
            offset: 77,
            key: [1, 2],
            value: [0xFF, 0x00],
            headers: [KafkaHeader("ce_id", "1"), KafkaHeader("empty", nil as [UInt8]?)]
        )
        try await letters.publish(message, reason: String(repeating: "x", count: 5000))
        let record = try #require(keeper.records.first)
        #expect(record.topic == "berth.dead")
        #expect(record.key == [1, 2])
        #expect(record.value == [0xFF, 0x00])
        #expect(Array(record.headers.prefix(2)) == message.headers)
        #expect(record.header("berth-dead-reason")?.count == 1000)
        #expect(record.header("berth-dead-topic") == "reservations.requests")
        #expect(record.header("berth-dead-partition") == "5")
        #expect(record.header("berth-dead-offset") == "77")
    }

    @Test func `a tombstone stays one`() async throws {
        let keeper = RecordKeeper()
        let letters = DeadLetters(producer: keeper, topics: Topics(), time: BenchTime())
        try await letters.publish(KafkaMessage(topic: "t", partition: 0, offset: 0), reason: "has no body")
        #expect(keeper.records.first?.value == nil)
        #expect(keeper.records.first?.key == nil)
    }
}
