import Foundation

/// Answers as they go over the wire, with the headers that clients read.
enum DynamoAnswer {
    static func success(_ body: DynamoJSON, at date: Date) -> LocalResponse {
        respond(200, body, at: date)
    }

    static func failure(_ error: DynamoError, at date: Date) -> LocalResponse {
        var members: [String: DynamoJSON] = ["__type": .string("\(error.namespace)#\(error.code)")]
        members[error.spellsMessageInUpperCase ? "Message" : "message"] = .string(error.message)
        if let item = error.item { members["Item"] = .object(item.mapValues(\.json)) }
        if let reasons = error.reasons { members["CancellationReasons"] = .array(reasons.map(render)) }
        return respond(error.status, .object(members), at: date)
    }

    /// What the endpoint says to a plain GET.
    static func healthy(at date: Date) -> LocalResponse {
        LocalResponse(
            status: 200,
            headers: [("Content-Type", "text/plain"), ("Date", httpDate(date))],
            body: .data(Data("healthy: dynamodb.local".utf8))
        )
    }

    private static func render(_ reason: DynamoError.Reason) -> DynamoJSON {
        var members: [String: DynamoJSON] = ["Code": .string(reason.code)]
        if let message = reason.message { members["Message"] = .string(message) }
        if let item = reason.item { members["Item"] = .object(item.mapValues(\.json)) }
        return .object(members)
    }

    private static func respond(_ status: Int, _ body: DynamoJSON, at date: Date) -> LocalResponse {
        let data = Data(body.text().utf8)
        return LocalResponse(
            status: status,
            headers: [
                ("Content-Type", "application/x-amz-json-1.0"),
                ("x-amzn-RequestId", UUID().uuidString),
                ("x-amz-crc32", String(DynamoCRC32.checksum(data))),
                ("Date", httpDate(date)),
            ],
            body: .data(data)
        )
    }

    /// RFC 9110 5.6.7, without the cost and the locale of a formatter.
    static func httpDate(_ date: Date) -> String {
        let seconds = Int(date.timeIntervalSince1970.rounded(.down))
        let days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400
        let rest = seconds - days * 86400
        let (year, month, day) = civil(days: days)
        let weekday = weekdays[((days + 4) % 7 + 7) % 7]
        let clock = [rest / 3600, rest / 60 % 60, rest % 60].map(twoDigits).joined(separator: ":")
        return "\(weekday), \(twoDigits(day)) \(months[month - 1]) \(year) \(clock) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    /// The Gregorian date of a day counted from 1970, by eras of 400 years that begin in March.
    private static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
