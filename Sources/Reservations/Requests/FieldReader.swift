package import Foundation

/// Reads the fields of one message and remembers every fault, so that all are named at once.
struct FieldReader {
    private let fields: [String: JSONValue]
    private(set) var problems: [String] = []

    init(_ fields: [String: JSONValue]) {
        self.fields = fields
    }

    mutating func problem(_ text: String) {
        problems.append(text)
    }

    /// A field's value; JSON null counts as absent, as the replaced system's producers write it.
    func value(_ name: String) -> JSONValue? {
        guard let value = fields[name], value != .null else { return nil }
        return value
    }

    mutating func required<Text: ValidatedText>(_ name: String) -> Text? {
        guard value(name) != nil else {
            problem("\(name) is missing: it must be \(Text.rule)")
            return nil
        }
        return optional(name)
    }

    mutating func optional<Text: ValidatedText>(_ name: String) -> Text? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value, let checked = Text(rawValue: text) else {
            problem("\(name) must be \(Text.rule), not \(RequestParser.shown(value))")
            return nil
        }
        return checked
    }

    /// `github_user` by default is the user id, where that can be a login at all.
    mutating func login(default user: UserID?) -> GitHubLogin? {
        if value("github_user") != nil { return optional("github_user") }
        guard let user else { return nil }
        guard let login = GitHubLogin(rawValue: user.rawValue) else {
            problem("github_user is missing, and user_id \(user) can't stand for it: not \(GitHubLogin.rule)")
            return nil
        }
        return login
    }

    mutating func requiredInteger(_ name: String) -> Int? {
        guard let value = value(name) else {
            problem("\(name) is missing: it must be a whole number")
            return nil
        }
        guard case .number(let number) = value, number.rounded() == number, abs(number) < 1e9 else {
            problem("\(name) must be a whole number, not \(RequestParser.shown(value))")
            return nil
        }
        return Int(number)
    }

    mutating func number(_ name: String) -> Double? {
        guard let value = value(name) else { return nil }
        guard case .number(let number) = value else {
            problem("\(name) must be a number, not \(RequestParser.shown(value))")
            return nil
        }
        return number
    }

    mutating func flag(_ name: String) -> Bool {
        guard let value = value(name) else { return false }
        guard case .bool(let flag) = value else {
            problem("\(name) must be true or false, not \(RequestParser.shown(value))")
            return false
        }
        return flag
    }

    /// Text that people read: no control characters, bounded.
    mutating func name(_ name: String, limit: Int) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value, text.count <= limit, text.utf8.count <= limit * 4,
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            problem("\(name) must be text of at most \(limit) characters, not \(RequestParser.shown(value))")
            return nil
        }
        return text
    }

    mutating func date(_ name: String) -> Date? {
        guard let value = value(name) else { return nil }
        if case .number(let seconds) = value, seconds.isFinite, abs(seconds) < 1e11 {
            return Date(timeIntervalSince1970: seconds)
        }
        if case .string(let text) = value, let date = ServiceDates.parse(text) { return date }
        problem("\(name) must be a time such as 2026-01-31T12:00:00Z, not \(RequestParser.shown(value))")
        return nil
    }

    mutating func version(_ name: String, atLeast minimum: String) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value, let given = Self.numbers(text) else {
            problem("\(name) must be a semantic version such as 0.7.0, not \(RequestParser.shown(value))")
            return nil
        }
        if let least = Self.numbers(minimum), given.lexicographicallyPrecedes(least) {
            problem("\(name) \(text) is too old: \(minimum) is the lowest that is served")
        }
        return text
    }

    private static func numbers(_ text: String) -> [Int]? {
        let release = text.prefix { $0 != "+" }
        let core = release.prefix { $0 != "-" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, text.utf8.count <= 64 else { return nil }
        let numbers = parts.compactMap { part in
            (1...6).contains(part.utf8.count) ? Int(part) : nil
        }
        return numbers.count == 3 ? numbers : nil
    }
}

/// Times as text, in the forms that producers and old rows use.
package enum ServiceDates {
    /// Reads ISO 8601 with or without fraction and zone; without zone it is UTC.
    package static func parse(_ text: String) -> Date? {
        guard text.utf8.count <= 40 else { return nil }
        let isZoned = text.hasSuffix("Z") || text.dropFirst(10).contains { $0 == "+" || $0 == "-" }
        let zoned = isZoned ? text : text + "Z"
        return (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(zoned))
            ?? (try? Date.ISO8601FormatStyle().parse(zoned))
    }
}
