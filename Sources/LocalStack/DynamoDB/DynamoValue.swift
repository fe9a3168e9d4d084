package import Foundation

/// The attributes of an item, or of a key, by name.
package typealias DynamoItem = [String: DynamoValue]

/// An attribute value.
///
/// Sets are kept sorted and without duplicates, so that equal sets are equal arrays.
package indirect enum DynamoValue: Sendable {
    case string(String)
    case number(DynamoNumber)
    case binary(Data)
    case bool(Bool)
    case null
    case list([DynamoValue])
    case map([String: DynamoValue])
    case stringSet([String])
    case numberSet([DynamoNumber])
    case binarySet([Data])

    /// The names of the types on the wire and in `attribute_type`.
    package enum Kind: String, Sendable, CaseIterable {
        case string = "S"
        case number = "N"
        case binary = "B"
        case bool = "BOOL"
        case null = "NULL"
        case list = "L"
        case map = "M"
        case stringSet = "SS"
        case numberSet = "NS"
        case binarySet = "BS"
    }

    package var kind: Kind {
        switch self {
        case .string: .string
        case .number: .number
        case .binary: .binary
        case .bool: .bool
        case .null: .null
        case .list: .list
        case .map: .map
        case .stringSet: .stringSet
        case .numberSet: .numberSet
        case .binarySet: .binarySet
        }
    }

    /// The text of a string, nil for anything else.
    package var stringValue: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// A number in DynamoDB's own spelling, nil for anything else.
    package var numberText: String? {
        guard case .number(let number) = self else { return nil }
        return number.description
    }

    /// The truth of a Boolean, nil for anything else.
    package var boolValue: Bool? {
        guard case .bool(let truth) = self else { return nil }
        return truth
    }

    /// The elements of a list, nil for anything else.
    package var listValue: [DynamoValue]? {
        guard case .list(let elements) = self else { return nil }
        return elements
    }

    /// The entries of a map, nil for anything else.
    package var mapValue: [String: DynamoValue]? {
        guard case .map(let entries) = self else { return nil }
        return entries
    }
}

extension DynamoValue: Equatable {
    /// Compares strings byte by byte, as the service does, where Swift would call two spellings of `é` equal.
    package static func == (left: DynamoValue, right: DynamoValue) -> Bool {
        switch (left, right) {
        case (.string(let a), .string(let b)): DynamoBytes.equal(a, b)
        case (.number(let a), .number(let b)): a == b
        case (.binary(let a), .binary(let b)): a == b
        case (.bool(let a), .bool(let b)): a == b
        case (.null, .null): true
        case (.list(let a), .list(let b)): a == b
        case (.map(let a), .map(let b)): a == b
        case (.stringSet(let a), .stringSet(let b)):
            a.count == b.count && zip(a, b).allSatisfy { DynamoBytes.equal($0, $1) }
        case (.numberSet(let a), .numberSet(let b)): a == b
        case (.binarySet(let a), .binarySet(let b)): a == b
        default: false
        }
    }
}
