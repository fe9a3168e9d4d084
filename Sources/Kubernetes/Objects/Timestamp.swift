package import Foundation

/// A time as the API server writes it: RFC 3339, to a second or to a microsecond; absent and null are nil.
@propertyWrapper
package struct Timestamp: Sendable, Hashable {
    package var wrappedValue: Date?

    package init(wrappedValue: Date?) {
        self.wrappedValue = wrappedValue
    }

    /// Nil for what isn't a time.
    static func parse(_ text: String) -> Date? {
        if let date = try? Date(text, strategy: .iso8601) { return date }
        return try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard !container.decodeNil() else {
            wrappedValue = nil
            return
        }
        let text = try container.decode(String.self)
        guard let date = Self.parse(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a time: \(text.prefix(40))"
            )
        }
        wrappedValue = date
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        guard let wrappedValue else { return try container.encodeNil() }
        try container.encode(wrappedValue.formatted(.iso8601))
    }
}

extension KeyedDecodingContainer {
    /// Lets the key be absent, as it mostly is.
    package func decode(_: Timestamp.Type, forKey key: Key) throws -> Timestamp {
        try decodeIfPresent(Timestamp.self, forKey: key) ?? Timestamp(wrappedValue: nil)
    }
}

extension KeyedEncodingContainer {
    /// Leaves out what is nil.
    package mutating func encode(_ value: Timestamp, forKey key: Key) throws {
        guard value.wrappedValue != nil else { return }
        try encodeIfPresent(value, forKey: key)
    }
}
