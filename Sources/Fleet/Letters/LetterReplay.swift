package import Foundation
package import Kafka

/// Puts a letter back on the topic that it came from, as it was.
package struct LetterReplay: Sendable {
    /// Says on the message where it came back from.
    package static let noteHeader = "berth-replayed-from"

    private let topics: Topics
    private let maxAge: Duration
    private let now: Date

    package init(topics: Topics, maxAge: Duration, now: Date) {
        self.topics = topics
        self.maxAge = maxAge
        self.now = now
    }

    /// Why a letter isn't replayed; nil if it may be.
    package func refusal(of letter: Letter, settled: LetterSettlement?, again: Bool) -> String? {
        guard let topic = letter.topic else {
            return "it bears no \(DeadLetters.topicHeader), so where it belongs isn't known"
        }
        // Whoever may write dead letters must not choose what an operator's rights reach.
        guard [topics.requests.name, topics.commands.name, topics.orphaned.name].contains(topic) else {
            return "it came from \(topic), which is no topic that workers or janitors take work from"
        }
        if let settled, !again {
            return "it was \(settled.deed.rawValue) at \(WireJSON.text(settled.at)) by \(settled.by); "
                + "--again does it all the same"
        }
        let age = now.timeIntervalSince(letter.ageStart)
        if topic != topics.orphaned.name, age > maxAge / .seconds(1) {
            return "it was published \(WireJSON.text(letter.ageStart)), and what is older than "
                + "\(DurationText.write(maxAge)) (BERTH_REQUESTS_MAX_AGE) makes no reservation"
        }
        return nil
    }

    /// The original with its key, value, headers and time, and a note; nil if its topic isn't known.
    ///
    /// It keeps its time, since a request's age is counted by it: no replay makes an old request new.
    package func record(of letter: Letter) -> ProducerRecord? {
        guard let topic = letter.topic else { return nil }
        let headers = letter.headers.filter { $0.name != Self.noteHeader }
        return ProducerRecord(
            topic: topic,
            key: letter.key,
            value: letter.value,
            headers: headers + [KafkaHeader(Self.noteHeader, "\(topics.dead.name)/\(letter.id)")],
            timestampMilliseconds: Int64((letter.ageStart.timeIntervalSince1970 * 1000).rounded())
        )
    }
}
