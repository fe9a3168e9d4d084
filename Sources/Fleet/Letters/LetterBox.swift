package import Kafka

/// The letters that fit a filter, oldest first, with what was done about each.
package struct LetterBox: Sendable {
    /// How much is kept at once; beyond it only the oldest are.
    private static let mostLetters = 100_000
    private static let mostBytes = 256 << 20

    private let filter: LetterFilter
    private let keepsSettled: Bool
    private var kept: [LetterID: Letter] = [:]
    private var weight = 0
    private var settled: [LetterID: LetterSettlement] = [:]
    /// Letters that fit, but were too many to keep.
    package private(set) var left = 0

    /// An empty box.
    ///
    /// - Parameters:
    ///   - filter: which letters are kept.
    ///   - keepsSettled: whether those that somebody has dealt with are, too.
    package init(_ filter: LetterFilter, keepsSettled: Bool) {
        self.filter = filter
        self.keepsSettled = keepsSettled
    }

    /// Takes the next record of a partition.
    package mutating func take(_ message: KafkaMessage) {
        if let settlement = LetterSettlement(message) {
            guard keepsSettled else {
                // It stands behind its letter, which is needed no more.
                if let letter = kept.removeValue(forKey: settlement.letter) { weight -= letter.weight }
                return
            }
            if kept[settlement.letter] != nil { settled[settlement.letter] = settlement }
            return
        }
        let letter = Letter(message)
        guard filter.takes(letter) else { return }
        guard kept.count < Self.mostLetters, weight + letter.weight <= Self.mostBytes else {
            left += 1
            return
        }
        kept[letter.id] = letter
        weight += letter.weight
    }

    package var letters: [Letter] {
        kept.values.sorted { ($0.diedAt, $0.id) < ($1.diedAt, $1.id) }
    }

    /// The last that was done about a letter.
    package func settlement(of id: LetterID) -> LetterSettlement? { settled[id] }
}
