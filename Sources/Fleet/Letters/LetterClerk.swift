import Kafka
package import Reservations

/// Does what somebody decided about letters, and writes down that it was done.
package struct LetterClerk: Sendable {
    private let producer: any RecordSending
    private let topics: Topics
    private let by: String
    private let why: String?
    private let time: any Timepiece

    package init(
        producer: any RecordSending,
        topics: Topics,
        by: String,
        why: String?,
        time: any Timepiece
    ) {
        self.producer = producer
        self.topics = topics
        self.by = by
        self.why = why
        self.time = time
    }

    /// Publishes a letter's original again, then says so.
    ///
    /// A process that ends between the two leaves a letter that looks untouched: replayed again, its message
    /// is a repeat to its readers, who know it by its ids.
    /// - Returns: where the message stands now.
    /// - Throws: `KafkaError` with `outcome`, or what kept the settlement from being written.
    package func replay(_ letter: Letter, by replay: LetterReplay) async throws -> String {
        guard let record = replay.record(of: letter) else {
            throw SinkError("letter \(letter.id) names no topic")
        }
        let place = try await producer.send(record)
        try await settle(letter, .replayed)
        return "\(place.topic)/\(place.partition):\(place.offset)"
    }

    /// Says that nobody needs to look at a letter any more.
    package func discard(_ letter: Letter) async throws {
        try await settle(letter, .discarded)
    }

    private func settle(_ letter: Letter, _ deed: LetterSettlement.Deed) async throws {
        let settlement = LetterSettlement(of: letter.id, deed, by: by, at: time.now(), why: why)
        try await producer.send(try settlement.record(topic: topics.dead.name))
    }
}
