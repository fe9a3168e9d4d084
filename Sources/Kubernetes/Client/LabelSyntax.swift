/// The syntax of label keys and values
/// (Kubernetes documentation, "Labels and Selectors", "Syntax and character set").
enum LabelSyntax {
    static func key(_ text: String) throws(InvalidLabel) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let name = parts.last else {
            throw InvalidLabel(text: text, problem: "a key with more than one slash")
        }
        if parts.count == 2, !NameSyntax.isSubdomain(parts[0]) {
            throw InvalidLabel(text: text, problem: "a key whose prefix is no DNS name")
        }
        guard !name.isEmpty, isNamePart(name) else {
            throw InvalidLabel(text: text, problem: "no legal key")
        }
        return text
    }

    static func value(_ text: String) throws(InvalidLabel) -> String {
        guard text.isEmpty || isNamePart(text[...]) else {
            throw InvalidLabel(text: text, problem: "no legal value")
        }
        return text
    }

    /// At most 63 letters, digits, `-`, `_`, `.`; the first and the last a letter or digit.
    private static func isNamePart(_ text: Substring) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...63).contains(bytes.count), let first = bytes.first, let last = bytes.last else {
            return false
        }
        guard isAlphanumeric(first), isAlphanumeric(last) else { return false }
        return bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
