/// The shapes of names, labels and keys (Kubernetes: Object Names and IDs; Labels and Selectors).
enum KubeNames {
    static func isLabel(_ text: String) -> Bool {
        text.utf8.count <= 63 && isLabelBody(text[...])
    }

    private static func isLabelBody(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return false }
        return isLowerAlphanumeric(first) && isLowerAlphanumeric(last)
            && text.utf8.allSatisfy { isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }

    static func isSubdomain(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabelBody)
    }

    /// RFC 1035: a label that begins with a letter, as Services need it.
    static func isServiceName(_ text: String) -> Bool {
        isLabel(text) && text.utf8.first.map { $0 >= UInt8(ascii: "a") } == true
    }

    /// `prefix/name`, the prefix being a subdomain, the name up to 63 characters.
    static func isQualifiedName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last, parts.count <= 2 else { return false }
        if parts.count == 2, !isSubdomain(String(parts[0])) { return false }
        return !name.isEmpty && isLabelValue(String(name))
    }

    static func isLabelValue(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last else { return true }
        return text.utf8.count <= 63 && isAlphanumeric(first) && isAlphanumeric(last)
            && text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    static func isDataKey(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253 && text != "." && text != ".."
            && text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
    }

    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowerAlphanumeric(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
