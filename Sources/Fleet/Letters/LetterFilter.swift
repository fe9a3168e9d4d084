package import Foundation

/// Which letters are meant.
package struct LetterFilter: Sendable {
    /// Empty: all.
    package var ids: Set<LetterID> = []
    /// A part of the reason, in any case.
    package var reason: String?
    /// The topic that it came from.
    package var topic: String?
    package var key: String?
    /// Bounds of the time of death, the first included.
    package var since: Date?
    package var until: Date?

    package init() {}

    package func takes(_ letter: Letter) -> Bool {
        if !ids.isEmpty, !ids.contains(letter.id) { return false }
        if let reason, !letter.reason.lowercased().contains(reason.lowercased()) { return false }
        if let topic, letter.topic != topic { return false }
        if let key, letter.keyText != key { return false }
        if let since, letter.diedAt < since { return false }
        if let until, letter.diedAt >= until { return false }
        return true
    }
}

/// A moment as people write it.
package enum MomentText {
    /// Reads `2026-01-31T12:00:00Z`, or `2h`, `3d` for so long ago; nil for anything else.
    package static func read(_ text: String, now: Date) -> Date? {
        if let ago = DurationText.read(text) { return now.addingTimeInterval(-(ago / .seconds(1))) }
        return WireJSON.date(text)
    }
}
