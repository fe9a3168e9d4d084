package import Foundation
package import Kafka

/// What somebody did about a letter.
///
/// Kafka deletes no single record, so this is a record beside the letter: on its partition, where it comes
/// after it and outlives it, whatever the topic's retention.
package struct LetterSettlement: Sendable, Hashable {
    package enum Deed: String, Sendable, CaseIterable {
        case replayed, discarded
    }

    static let deedHeader = "berth-dead-settled"
    static let letterHeader = "berth-dead-letter"

    package let letter: LetterID
    package let deed: Deed
    /// Who, when and why, as far as they were told.
    package let by: String
    package let at: Date
    package let why: String?

    package init(of letter: LetterID, _ deed: Deed, by: String, at: Date, why: String?) {
        self.letter = letter
        self.deed = deed
        self.by = by
        self.at = at
        self.why = why
    }

    /// Reads a record; nil if it is none of these.
    ///
    /// A message of a stranger's may bear any header before it dies. But every letter also names its topic.
    package init?(_ message: KafkaMessage) {
        guard message.header(DeadLetters.topicHeader) == nil,
            let letter = message.header(Self.letterHeader)?.text.flatMap({ LetterID($0) }),
            letter.partition == message.partition, letter.offset < message.offset,
            let deed = message.header(Self.deedHeader)?.text.flatMap({ Deed(rawValue: $0) })
        else { return nil }
        let words = message.value.flatMap { try? WireJSON.decoder().decode(Words.self, from: Data($0)) }
        self.init(
            of: letter,
            deed,
            by: words?.by ?? "somebody",
            at: words?.at ?? Date(timeIntervalSince1970: Double(message.timestampMilliseconds ?? 0) / 1000),
            why: words?.why
        )
    }

    /// The record that says it.
    package func record(topic: String) throws -> ProducerRecord {
        let words = Words(letter: "\(letter)", settled: deed.rawValue, by: by, at: at, why: why)
        return ProducerRecord(
            topic: topic,
            partition: letter.partition,
            key: Array("\(letter)".utf8),
            value: Array(try WireJSON.encoder().encode(words)),
            headers: [
                KafkaHeader(Self.deedHeader, deed.rawValue), KafkaHeader(Self.letterHeader, "\(letter)"),
            ]
        )
    }

    /// For whoever reads the topic with another tool.
    private struct Words: Codable {
        let letter: String
        let settled: String
        let by: String
        let at: Date
        let why: String?
    }
}
