import Foundation

/// A JSON document whose shape is not known beforehand.
enum DynamoJSON: Equatable, Sendable {
    case null
    case bool(Bool)
    /// As it was spelt.
    case number(String)
    case string(String)
    case array([DynamoJSON])
    case object([String: DynamoJSON])

    static func int(_ value: Int) -> DynamoJSON { .number(String(value)) }

    /// Seconds since 1970, as the service writes times.
    static func date(_ value: Date) -> DynamoJSON {
        .number(String(format: "%.3f", value.timeIntervalSince1970))
    }

    static func parse(_ data: Data) throws -> DynamoJSON {
        try data.withUnsafeBytes { bytes in
            var parser = DynamoJSONParser(bytes: bytes)
            return try parser.document()
        }
    }

    subscript(name: String) -> DynamoJSON? {
        guard case .object(let members) = self, let member = members[name], member != .null else {
            return nil
        }
        return member
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var array: [DynamoJSON]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    var object: [String: DynamoJSON]? {
        guard case .object(let members) = self else { return nil }
        return members
    }
}
