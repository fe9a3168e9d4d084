import Fleet
import Foundation
import Kafka

/// A letter as programs read it.
struct LetterView: Encodable {
    let id: String
    let reason: String
    let topic: String?
    let partition: Int32?
    let offset: Int64?
    let key: String?
    let publishedAt: Date?
    let diedAt: Date
    let bytes: Int
    let settled: Settled?
    /// Only where the whole letter is shown.
    let headers: [Header]?
    let body: Body?

    struct Settled: Encodable {
        let deed: String
        let by: String
        let at: Date
        let why: String?
    }

    struct Header: Encodable {
        let name: String
        let value: String?
    }

    /// Text where it is text, else base64.
    struct Body: Encodable {
        var text: String?
        var base64: String?

        init?(_ bytes: [UInt8]?) {
            guard let bytes else { return nil }
            text = String(validating: bytes, as: UTF8.self)
            if text == nil { base64 = Data(bytes).base64EncodedString() }
        }
    }

    enum CodingKeys: String, CodingKey {
        case id, reason, topic, partition, offset, key, bytes, settled, headers, body
        case publishedAt = "published_at"
        case diedAt = "died_at"
    }

    init(_ letter: Letter, _ settlement: LetterSettlement?, isWhole: Bool = false) {
        id = "\(letter.id)"
        reason = letter.reason
        topic = letter.topic
        partition = letter.originalPartition
        offset = letter.originalOffset
        key = letter.keyText
        publishedAt = letter.publishedAt
        diedAt = letter.diedAt
        bytes = letter.value?.count ?? 0
        settled = settlement.map {
            Settled(deed: $0.deed.rawValue, by: $0.by, at: $0.at, why: $0.why)
        }
        headers = isWhole ? letter.headers.map { Header(name: $0.name, value: $0.text) } : nil
        body = isWhole ? Body(letter.value) : nil
    }
}

/// Bytes from outside, for a terminal.
enum Shown {
    /// One line without what would move the cursor.
    static func line(_ text: String, atMost width: Int = .max) -> String {
        let plain = String(text.map { $0.isNewline || isControl($0) ? " " : $0 })
        return plain.count > width ? "\(plain.prefix(max(0, width - 1)))…" : plain
    }

    /// JSON indented, other text without control characters, anything else as base64.
    static func body(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "(none: a tombstone)" }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return "(base64) \(Data(bytes).base64EncodedString())"
        }
        if let value = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed),
            let pretty = try? JSONSerialization.data(
                withJSONObject: value,
                options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]
            )
        {
            return harmless(String(decoding: pretty, as: UTF8.self))
        }
        return text.isEmpty ? "(empty)" : harmless(text)
    }

    private static func harmless(_ text: String) -> String {
        String(text.map { isControl($0) && !$0.isNewline && $0 != "\t" ? "\u{FFFD}" : $0 })
    }

    private static func isControl(_ character: Character) -> Bool {
        character.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
