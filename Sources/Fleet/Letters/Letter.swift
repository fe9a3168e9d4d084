package import Foundation
package import Kafka

/// A message that nobody could understand, as it stands on the topic for the dead.
package struct Letter: Sendable, Hashable {
    package let id: LetterID
    package let reason: String
    /// The topic that it came from; nil if something other than Berth put it there.
    package let topic: String?
    package let originalPartition: Int32?
    package let originalOffset: Int64?
    /// When it was first published; nil if that isn't known.
    package let publishedAt: Date?
    package let diedAt: Date
    /// The original, without what its death added.
    package let key: [UInt8]?
    package let value: [UInt8]?
    package let headers: [KafkaHeader]

    /// Headers with this beginning are Berth's own.
    static let ownPrefix = "berth-dead-"

    package init(_ message: KafkaMessage) {
        id = LetterID(partition: message.partition, offset: message.offset)
        reason = message.header(DeadLetters.reasonHeader)?.text ?? "no reason is given"
        topic = message.header(DeadLetters.topicHeader)?.text
        originalPartition = message.header(DeadLetters.partitionHeader)?.text.flatMap { Int32($0) }
        originalOffset = message.header(DeadLetters.offsetHeader)?.text.flatMap { Int64($0) }
        publishedAt = message.header(DeadLetters.timestampHeader)?.text.flatMap { Int64($0) }
            .map(Self.date)
        let stamped = message.timestampMilliseconds.map(Self.date)
        diedAt =
            message.header(DeadLetters.timeHeader)?.text.flatMap(WireJSON.date) ?? stamped ?? .distantPast
        key = message.key
        value = message.value
        headers = message.headers.filter { !$0.name.hasPrefix(Self.ownPrefix) }
    }

    /// From when its age counts: a letter whose publication isn't known is at least as old as its death.
    package var ageStart: Date { publishedAt ?? diedAt }

    package var keyText: String? { key.map { String(decoding: $0, as: UTF8.self) } }

    /// What it weighs in memory, roughly, in bytes.
    var weight: Int {
        headers.reduce((key?.count ?? 0) + (value?.count ?? 0) + reason.utf8.count + 200) { sum, header in
            sum + header.name.utf8.count + (header.value?.count ?? 0)
        }
    }

    private static func date(_ milliseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000)
    }
}
