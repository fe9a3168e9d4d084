/// Text that was checked once, at the border, and can hold nothing hostile from then on.
///
/// These values reach tags, filters with wildcards, labels, file names and a URL path, so each type says
/// which characters it may hold.
package protocol ValidatedText: RawRepresentable, Hashable, Comparable, Codable, Sendable,
    CustomStringConvertible
where RawValue == String {
    /// What the text must look like, as the end of a sentence that starts with "must be".
    static var rule: String { get }

    static func accepts(_ text: String) -> Bool

    /// For text that another check has already let through.
    init(unchecked rawValue: String)
}

extension ValidatedText {
    package init?(rawValue: String) {
        guard Self.accepts(rawValue) else { return nil }
        self.init(unchecked: rawValue)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(rawValue: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "must be \(Self.rule)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package var description: String { rawValue }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Sets of ASCII characters that validated texts are made of.
enum ASCII {
    static func isLowercaseAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowercaseAlphanumeric(byte) || (0x41...0x5A).contains(byte)
    }

    static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }
}
