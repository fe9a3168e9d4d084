import Fleet
import Foundation
import Kafka
import Reservations
import Testing

@Suite struct LetterTests {
    private static let now = BenchTime.start
    private static let topics = Topics()

    /// A message that died, as it stands on `berth.dead`.
    private static func dead(
        _ offset: Int64 = 0,
        topic: String = "reservations.requests",
        published ago: TimeInterval? = 60,
        headers: [KafkaHeader] = [KafkaHeader("ce_id", "1")],
        reason: String = "not JSON"
    ) async throws -> KafkaMessage {
        let keeper = RecordKeeper()
        let stamp = ago.map { Int64((now.timeIntervalSince1970 - $0) * 1000) }
        let message = KafkaMessage(
            topic: topic,
            partition: 5,
            offset: 77,
            timestampMilliseconds: stamp,
            key: [1, 2],
            value: [0xFF, 0x00],
            headers: headers
        )
        try await DeadLetters(producer: keeper, topics: topics, time: BenchTime())
            .publish(message, reason: reason)
        return stand(try #require(keeper.records.first), at: offset)
    }

    private static func stand(_ record: ProducerRecord, at offset: Int64) -> KafkaMessage {
        KafkaMessage(
            topic: record.topic,
            partition: record.partition ?? 0,
            offset: offset,
            key: record.key,
            value: record.value,
            headers: record.headers
        )
    }

    private static func settled(_ offset: Int64, _ deed: LetterSettlement.Deed, at place: Int64) throws
        -> KafkaMessage
    {
        let settlement = LetterSettlement(
            of: LetterID(partition: 0, offset: offset),
            deed,
            by: "ada",
            at: now,
            why: "a test"
        )
        return stand(try settlement.record(topic: topics.dead.name), at: place)
    }

    @Test func `a replay is the original with its key, bytes, headers and time, and a note`() async throws {
        let headers = [KafkaHeader("ce_id", "1"), KafkaHeader("empty", nil as [UInt8]?)]
        let letter = Letter(try await Self.dead(12, headers: headers))
        #expect(letter.reason == "not JSON")
        #expect(letter.originalPartition == 5)
        #expect(letter.originalOffset == 77)
        let replay = LetterReplay(topics: Self.topics, maxAge: .seconds(3600), now: Self.now)
        #expect(replay.refusal(of: letter, settled: nil, again: false) == nil)
        let record = try #require(replay.record(of: letter))
        #expect(record.topic == "reservations.requests")
        #expect(record.partition == nil)
        #expect(record.key == [1, 2])
        #expect(record.value == [0xFF, 0x00])
        #expect(record.headers == headers + [KafkaHeader("berth-replayed-from", "berth.dead/0:12")])
        #expect(record.timestampMilliseconds == Int64((Self.now.timeIntervalSince1970 - 60) * 1000))
    }

    @Test func `a letter that died twice has one note`() async throws {
        let first = Letter(try await Self.dead(1))
        let replay = LetterReplay(topics: Self.topics, maxAge: .seconds(3600), now: Self.now)
        let record = try #require(replay.record(of: first))
        let again = Letter(try await Self.dead(2, headers: record.headers))
        let second = try #require(replay.record(of: again))
        #expect(second.headers.filter { $0.name == "berth-replayed-from" }.map(\.text) == ["berth.dead/0:2"])
    }

    struct Refused: Sendable {
        var topic = "reservations.requests"
        var age: TimeInterval? = 60
        var deed: LetterSettlement.Deed?
        var again = false
        /// Nil: not refused.
        let words: String?
    }

    @Test(arguments: [
        Refused(age: 3601, words: "BERTH_REQUESTS_MAX_AGE"),
        Refused(topic: "reservations.commands", age: 3601, words: "makes no reservation"),
        Refused(topic: "volumes.orphaned", age: 3601, words: nil),
        Refused(topic: "berth.dead", words: "no topic that workers or janitors"),
        Refused(topic: "payments", words: "payments"),
        Refused(deed: .replayed, words: "--again"),
        Refused(deed: .discarded, words: "discarded"),
        Refused(deed: .replayed, again: true, words: nil),
        // Its death is now, and it can't be older than it is known to be.
        Refused(age: nil, words: nil),
    ])
    func `what is too old, settled or not Berth's isn't replayed`(_ attempt: Refused) async throws {
        let letter = Letter(try await Self.dead(topic: attempt.topic, published: attempt.age))
        let settlement = try attempt.deed.map { try Self.settled(0, $0, at: 9) }
            .flatMap { LetterSettlement($0) }
        let refusal = LetterReplay(topics: Self.topics, maxAge: .seconds(3600), now: Self.now)
            .refusal(of: letter, settled: settlement, again: attempt.again)
        if let words = attempt.words {
            #expect(refusal?.contains(words) == true, "\(refusal ?? "not refused")")
        } else {
            #expect(refusal == nil)
        }
    }

    @Test func `a settled letter is hidden, unless all are asked for`() async throws {
        for keepsSettled in [false, true] {
            var box = LetterBox(LetterFilter(), keepsSettled: keepsSettled)
            box.take(try await Self.dead(0))
            box.take(try await Self.dead(1))
            box.take(try Self.settled(0, .discarded, at: 2))
            #expect(box.letters.map(\.id.offset) == (keepsSettled ? [0, 1] : [1]))
            let deed = box.settlement(of: LetterID(partition: 0, offset: 0))
            #expect(deed?.deed == (keepsSettled ? .discarded : nil))
            #expect(deed?.by == (keepsSettled ? "ada" : nil))
            #expect(deed?.why == (keepsSettled ? "a test" : nil))
        }
    }

    @Test func `a message that bears a settlement's headers is a letter all the same`() async throws {
        let forged = try Self.settled(0, .discarded, at: 0).headers
        var box = LetterBox(LetterFilter(), keepsSettled: false)
        box.take(try await Self.dead(0))
        box.take(try await Self.dead(1, headers: forged))
        #expect(box.letters.map(\.id.offset) == [0, 1])
    }

    @Test func `a settlement of another partition's letter, or of a later one, is none`() throws {
        var message = try Self.settled(3, .replayed, at: 9)
        #expect(LetterSettlement(message) != nil)
        message.partition = 1
        #expect(LetterSettlement(message) == nil)
        message.partition = 0
        message.offset = 3
        #expect(LetterSettlement(message) == nil)
    }

    struct Sieve: Sendable {
        let change: @Sendable (inout LetterFilter) -> Void
        let offsets: [Int64]
    }

    @Test(arguments: [
        Sieve(change: { $0.reason = "JSON" }, offsets: [0]),
        Sieve(change: { $0.reason = "QUANTUM" }, offsets: [1]),
        Sieve(change: { $0.topic = "reservations.commands" }, offsets: [1]),
        Sieve(change: { $0.key = "\u{1}\u{2}" }, offsets: [0, 1]),
        Sieve(change: { $0.key = "other" }, offsets: []),
        Sieve(change: { $0.since = BenchTime.start }, offsets: [0, 1]),
        Sieve(change: { $0.until = BenchTime.start }, offsets: []),
        Sieve(change: { $0.ids = [LetterID(partition: 0, offset: 1)] }, offsets: [1]),
    ])
    func `a filter takes what it says`(_ sieve: Sieve) async throws {
        var filter = LetterFilter()
        sieve.change(&filter)
        var box = LetterBox(filter, keepsSettled: false)
        box.take(try await Self.dead(0))
        box.take(try await Self.dead(1, topic: "reservations.commands", reason: "gpu_type is 'quantum'"))
        #expect(box.letters.map(\.id.offset) == sieve.offsets)
    }

    @Test(arguments: ["", "1", "1:", ":1", "a:1", "1:-1", "1:2:3", "+1:2", "99999999999:1"])
    func `what isn't partition:offset is no letter's id`(_ text: String) {
        #expect(LetterID(text) == nil)
    }

    @Test func `moments are dates, or so long ago`() {
        #expect(LetterID("3:14") == LetterID(partition: 3, offset: 14))
        #expect(MomentText.read("2h", now: Self.now) == Self.now.addingTimeInterval(-7200))
        #expect(MomentText.read("1970-01-01T00:00:01Z", now: Self.now) == Date(timeIntervalSince1970: 1))
        #expect(MomentText.read("yesterday", now: Self.now) == nil)
    }
}
