/// A shared configuration or credentials file: sections of keys, some with keys of their own below.
///
/// Source: SDK reference guide, "Format of the config file". A `#` after a value belongs
/// to it, as in botocore.
struct INIFile: Sendable, Hashable {
    struct Malformed: Error, Sendable, Hashable {
        let line: Int
        let reason: String
    }

    /// Section to keys in lower case; a key below another is `outer.inner`.
    private(set) var sections: [String: [String: String]] = [:]

    init(_ text: String) throws(Malformed) {
        var section: String?
        var outer: String?
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let content = String(line).trimmingBlanks
            guard let first = content.first, first != "#", first != ";" else { continue }
            if first == "[" {
                guard let end = content.firstIndex(of: "]") else {
                    throw Malformed(line: index + 1, reason: "a section without ]")
                }
                let name = Self.collapsed(content[content.index(after: content.startIndex)..<end])
                sections[name, default: [:]] = sections[name] ?? [:]
                section = name
                outer = nil
                continue
            }
            guard let section else { throw Malformed(line: index + 1, reason: "a key before any section") }
            guard let equals = content.firstIndex(of: "=") else {
                throw Malformed(line: index + 1, reason: "a line that is neither a section nor a key")
            }
            let key = String(content[..<equals]).trimmingBlanks.lowercased()
            let value = String(content[content.index(after: equals)...]).trimmingBlanks
            if let parent = outer, line.first?.isWhitespace == true {
                sections[section]?["\(parent).\(key)"] = value
            } else {
                sections[section]?[key] = value
                outer = key
            }
        }
    }

    /// The words of a section's name with one blank between, without quotes.
    private static func collapsed(_ name: Substring) -> String {
        name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            .split(separator: "\"", omittingEmptySubsequences: true).joined()
    }
}
