import Foundation

/// What the text of a setting may be, and how it becomes a value.
struct SettingForm<Value: Sendable>: Sendable {
    /// The end of a sentence that starts with "must be".
    let rule: String
    let read: @Sendable (String) -> Value?
    let write: @Sendable (Value) -> String
}

extension SettingForm where Value == String {
    /// Any text that isn't empty.
    static let text = SettingForm(rule: "text", read: { $0.isEmpty ? nil : $0 }, write: { $0 })

    /// Text that a check lets through.
    static func text(_ rule: String, where accepts: @escaping @Sendable (String) -> Bool) -> SettingForm {
        SettingForm(rule: rule, read: { accepts($0) ? $0 : nil }, write: { $0 })
    }

    /// An address of a web server, without a query.
    static let url = text("an http or https URL") { text in
        guard let url = URL(string: text), let scheme = url.scheme, url.host != nil else { return false }
        return ["http", "https"].contains(scheme) && url.query == nil && url.fragment == nil
    }
}

extension SettingForm where Value == [String] {
    static func list(of what: String, where accepts: @escaping @Sendable (String) -> Bool) -> SettingForm {
        SettingForm(
            rule: "\(what), divided by commas",
            read: { text in
                let parts = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                return parts.allSatisfy(accepts) ? parts : nil
            },
            write: { $0.joined(separator: ",") }
        )
    }
}

extension SettingForm where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> SettingForm {
        SettingForm(
            rule: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            read: { text in Int(text).flatMap { range.contains($0) ? $0 : nil } },
            write: { "\($0)" }
        )
    }
}

extension SettingForm where Value == Bool {
    static let flag = SettingForm(
        rule: "true or false",
        read: { ["true": true, "false": false][$0.lowercased()] },
        write: { "\($0)" }
    )
}

extension SettingForm where Value == Duration {
    static func duration(_ range: ClosedRange<Duration>) -> SettingForm {
        let ends = "\(DurationText.write(range.lowerBound)) to \(DurationText.write(range.upperBound))"
        return SettingForm(
            rule: "a number with ms, s, m, h or d, from \(ends)",
            read: { text in DurationText.read(text).flatMap { range.contains($0) ? $0 : nil } },
            write: DurationText.write
        )
    }
}

extension SettingForm where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    static var choice: SettingForm {
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return SettingForm(rule: "one of \(names)", read: { Value(rawValue: $0) }, write: \.rawValue)
    }
}
