package import Foundation

/// Moments as the tables hold them: UTC, ISO 8601, milliseconds, and no zone, so that their texts sort.
package enum LedgerTime {
    /// Such as `2026-11-24T12:00:00.123`: the nearest millisecond of the years 1 to 9999.
    package static func text(_ date: Date) -> String {
        let milliseconds = Int64((clamped(date.timeIntervalSince1970) * 1_000).rounded())
        let (days, rest) = milliseconds.flooredQuotientAndRemainder(by: dayInMilliseconds)
        let civil = CivilDay(sinceEpoch: Int(days))
        let ofDay = Int(rest)
        let clock = [ofDay / 3_600_000, ofDay / 60_000 % 60, ofDay / 1_000 % 60].map { padded($0, 2) }
        return [padded(civil.year, 4), padded(civil.month, 2), padded(civil.day, 2)].joined(separator: "-")
            + "T" + clock.joined(separator: ":") + "." + padded(ofDay % 1_000, 3)
    }

    /// Reads what ``text(_:)`` writes, also with fewer or more digits of a second, without any, or with `Z`,
    /// as rows of the replaced system have it; nil for anything else.
    package static func date(_ text: String) -> Date? {
        let halves = (text.hasSuffix("Z") ? text.dropLast() : Substring(text))
            .split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count == 2, let days = days(halves[0]) else { return nil }
        let clock = halves[1].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hour = number(clock[0], digits: 2),
            let minute = number(clock[1], digits: 2)
        else { return nil }
        let parts = clock[2].split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let second = number(parts[0], digits: 2),
            hour < 24, minute < 60, second < 60, let fraction = parts.count == 2 ? milliseconds(parts[1]) : 0
        else { return nil }
        let ofDay = (hour * 3_600 + minute * 60 + second) * 1_000 + fraction
        // Through whole milliseconds, so that a text and its date make the same text again.
        return Date(timeIntervalSince1970: Double(Int64(days) * dayInMilliseconds + Int64(ofDay)) / 1_000)
    }

    /// Seconds since 1970 as old rows hold them; nil for what no date can be.
    package static func date(epoch seconds: Double) -> Date? {
        clamped(seconds) == seconds ? Date(timeIntervalSince1970: seconds) : nil
    }

    private static let dayInMilliseconds: Int64 = 86_400_000
    private static let range = -62_135_596_800.0...253_402_300_799.0

    private static func clamped(_ seconds: Double) -> Double {
        seconds.isNaN ? 0 : min(max(seconds, range.lowerBound), range.upperBound)
    }

    private static func days(_ text: Substring) -> Int? {
        let fields = text.split(separator: "-", omittingEmptySubsequences: false)
        guard fields.count == 3, let year = number(fields[0], digits: 4),
            let month = number(fields[1], digits: 2),
            let day = number(fields[2], digits: 2), year >= 1
        else { return nil }
        let civil = CivilDay(year: year, month: month, day: day)
        // A day that doesn't exist comes back as another.
        return CivilDay(sinceEpoch: civil.sinceEpoch) == civil ? civil.sinceEpoch : nil
    }

    private static func milliseconds(_ text: Substring) -> Int? {
        guard (1...9).contains(text.utf8.count), number(text, digits: text.utf8.count) != nil else {
            return nil
        }
        return Int(text.padding(toLength: 3, withPad: "0", startingAt: 0))
    }

    private static func number(_ text: Substring, digits: Int) -> Int? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    private static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// A day of the Gregorian calendar, counted without a calendar object.
///
/// The year is counted from March, so that the leap day comes last: then months have regular lengths.
private struct CivilDay: Equatable {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(sinceEpoch days: Int) {
        let (era, ofEra) = (days + Self.fromMarchOfYearZero).flooredQuotientAndRemainder(by: Self.era)
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let fromMarch = (5 * ofYear + 2) / 153
        day = ofYear - (153 * fromMarch + 2) / 5 + 1
        month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var sinceEpoch: Int {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.flooredQuotientAndRemainder(by: 400)
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * Self.era + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear
            - Self.fromMarchOfYearZero
    }

    private static let era = 146_097
    private static let fromMarchOfYearZero = 719_468
}

extension FixedWidthInteger {
    fileprivate func flooredQuotientAndRemainder(by divisor: Self) -> (Self, Self) {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
