/// The names that objects and namespaces may have
/// (Kubernetes documentation, "Object Names and IDs").
package enum NameSyntax {
    /// At most 253 characters: labels of small letters, digits and `-`, joined by dots.
    package static func isSubdomain(_ text: some StringProtocol) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
            isLabel($0, limit: 253)
        }
    }

    /// At most 63 small letters, digits and `-`; the first and the last a letter or digit.
    package static func isLabel(_ text: some StringProtocol) -> Bool {
        isLabel(text, limit: 63)
    }

    private static func isLabel(_ text: some StringProtocol, limit: Int) -> Bool {
        let bytes = Array(text.utf8)
        guard (1...limit).contains(bytes.count), bytes.first != 0x2D, bytes.last != 0x2D else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 0x2D: true
            default: false
            }
        }
    }
}
