import Foundation

/// The ways in which AWS writes a moment.
enum Timestamp {
    /// `20150830T123600Z`, for signatures.
    static func basic(_ date: Date) -> String {
        let civil = CivilTime(date)
        return padded(civil.year, 4) + padded(civil.month) + padded(civil.day) + "T"
            + padded(civil.hour) + padded(civil.minute) + padded(civil.second) + "Z"
    }

    /// `Sun, 30 Aug 2015 12:36:00 GMT`, of the `Date` header; nil for anything else.
    static func parseHTTP(_ text: String) -> Date? {
        let fields = text.split(separator: " ")
        guard fields.count == 6, fields[5] == "GMT", let day = number(fields[1]),
            let year = number(fields[3]),
            let month = months.firstIndex(of: String(fields[2]))
        else { return nil }
        let clock = fields[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hour = number(clock[0]), let minute = number(clock[1]),
            let second = number(clock[2])
        else { return nil }
        return CivilTime(year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)?
            .date
    }

    /// `2015-08-30T12:36:00.123Z`, with or without the fraction, or with an offset such as `+02:00`.
    static func parseISO8601(_ text: String) -> Date? {
        let halves = text.split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        let day = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        guard day.count == 3, let (clock, offset) = splitZone(halves[1]) else { return nil }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(seconds.count), let year = number(day[0]), let month = number(day[1]),
            let dayOfMonth = number(day[2]), let hour = number(parts[0]), let minute = number(parts[1]),
            let second = number(seconds[0]),
            let civil = CivilTime(
                year: year,
                month: month,
                day: dayOfMonth,
                hour: hour,
                minute: minute,
                second: second
            )
        else { return nil }
        guard seconds.count == 2 else { return civil.date.addingTimeInterval(-offset) }
        guard number(seconds[1]) != nil, let fraction = Double("0.\(seconds[1])") else { return nil }
        return civil.date.addingTimeInterval(fraction - offset)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func splitZone(_ text: Substring) -> (clock: Substring, offset: TimeInterval)? {
        if text.hasSuffix("Z") { return (text.dropLast(), 0) }
        guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
        let zone = text[text.index(after: sign)...].split(separator: ":", omittingEmptySubsequences: false)
        guard zone.count == 2, let hours = number(zone[0]), let minutes = number(zone[1]), hours < 24,
            minutes < 60
        else { return nil }
        let seconds = TimeInterval(hours * 3_600 + minutes * 60)
        return (text[..<sign], text[sign] == "-" ? -seconds : seconds)
    }

    /// Up to nine plain digits: no sign, no overflow.
    private static func number(_ text: Substring) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    private static func padded(_ value: Int, _ width: Int = 2) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
