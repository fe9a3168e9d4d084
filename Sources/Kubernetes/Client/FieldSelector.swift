/// Which fields the objects of a list or a watch have, such as `metadata.name` or `spec.nodeName`.
package struct FieldSelector: Sendable, Hashable {
    /// What the server is sent; empty for everything.
    package let text: String

    /// Everything.
    package static let everything = FieldSelector(text: "")

    private init(text: String) {
        self.text = text
    }

    /// All fields have these values, whatever characters those hold.
    package init(matching fields: [String: String]) {
        text = fields.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(Self.escape($0.value))" }
            .joined(separator: ",")
    }

    /// Backslash, comma and equals sign get a backslash (apimachinery `fields.EscapeValue`).
    private static func escape(_ value: String) -> String {
        var escaped = ""
        for character in value {
            if character == "\\" || character == "," || character == "=" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}
