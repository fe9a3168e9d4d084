import Foundation

extension DynamoValue {
    /// Lists and maps may be nested this deep (Developer Guide, "Quotas").
    static let maximumDepth = 32

    /// Reads `{"S": "text"}` and the like.
    ///
    /// Throws: `DynamoError` for a type that doesn't exist, an empty set, a bad number, or too many levels.
    init(wire: DynamoJSON, depth: Int = 0) throws {
        guard case .object(let members) = wire else {
            throw DynamoError.serialization("Unexpected value type in payload")
        }
        guard members.count <= 1 else {
            throw DynamoError.validation(
                "Supplied AttributeValue has more than one datatypes set, "
                    + "must contain exactly one of the supported datatypes"
            )
        }
        guard let (type, content) = members.first, let kind = Kind(rawValue: type) else {
            throw DynamoError.validation(
                "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
            )
        }
        switch kind {
        case .string: self = .string(try Self.text(content))
        case .number: self = .number(try DynamoNumber(parsing: Self.text(content)))
        case .binary: self = .binary(try Self.data(content))
        case .bool: self = .bool(try Self.truth(content))
        case .null:
            guard try Self.truth(content) else {
                throw DynamoError.invalidParameter("Null attribute value types must have the value of true")
            }
            self = .null
        case .list, .map: self = try Self.nested(content, kind, depth + 1)
        case .stringSet, .numberSet, .binarySet: self = try Self.set(content, kind)
        }
    }

    private static func nested(_ content: DynamoJSON, _ kind: Kind, _ depth: Int) throws -> DynamoValue {
        guard depth <= maximumDepth else {
            throw DynamoError.validation(
                "Nesting Levels have exceeded supported limits: "
                    + "Attributes in the item have nested levels beyond supported limit"
            )
        }
        switch content {
        case .array(let elements) where kind == .list:
            return .list(try elements.map { try DynamoValue(wire: $0, depth: depth) })
        case .object(let members) where kind == .map:
            return .map(try members.mapValues { try DynamoValue(wire: $0, depth: depth) })
        default:
            throw DynamoError.serialization("Unexpected value type in payload")
        }
    }

    private static func set(_ content: DynamoJSON, _ kind: Kind) throws -> DynamoValue {
        guard case .array(let elements) = content else {
            throw DynamoError.serialization("Unexpected value type in payload")
        }
        guard !elements.isEmpty else {
            switch kind {
            case .binarySet: throw DynamoError.invalidParameter("Binary sets should not be empty")
            case .numberSet: throw DynamoError.invalidParameter("An number set  may not be empty")
            default: throw DynamoError.invalidParameter("An string set  may not be empty")
            }
        }
        let set: DynamoValue
        switch kind {
        case .binarySet: set = .binarySet(unique(try elements.map(data)) { DynamoBytes.compare($0, $1) < 0 })
        case .numberSet:
            set = .numberSet(unique(try elements.map { try DynamoNumber(parsing: text($0)) }, by: <))
        default: set = .stringSet(unique(try elements.map(text), by: DynamoBytes.precedes))
        }
        guard set.elementCount == elements.count else {
            let listed = elements.compactMap(\.string).joined(separator: ", ")
            throw DynamoError.invalidParameter("Input collection [\(listed)] contains duplicates.")
        }
        return set
    }

    /// Sorted and without duplicates.
    static func unique<Element>(
        _ elements: [Element],
        by precedes: (Element, Element) -> Bool
    ) -> [Element] {
        var result: [Element] = []
        for element in elements.sorted(by: precedes) {
            if let last = result.last, !precedes(last, element) { continue }
            result.append(element)
        }
        return result
    }

    private static func text(_ content: DynamoJSON) throws -> String {
        guard case .string(let text) = content else {
            throw DynamoError.serialization("The value cannot be converted to String")
        }
        return text
    }

    private static func truth(_ content: DynamoJSON) throws -> Bool {
        guard case .bool(let value) = content else {
            throw DynamoError.serialization("The value cannot be converted to Boolean")
        }
        return value
    }

    private static func data(_ content: DynamoJSON) throws -> Data {
        guard let data = Data(base64Encoded: try text(content)) else {
            throw DynamoError.serialization("Base64 encoded length is not valid or the content is not base64")
        }
        return data
    }
}

extension DynamoValue {
    /// The value as the service writes it.
    var json: DynamoJSON {
        let content: DynamoJSON =
            switch self {
            case .string(let text): .string(text)
            case .number(let number): .string(number.description)
            case .binary(let data): .string(data.base64EncodedString())
            case .bool(let value): .bool(value)
            case .null: .bool(true)
            case .list(let elements): .array(elements.map(\.json))
            case .map(let entries): .object(entries.mapValues(\.json))
            case .stringSet(let texts): .array(texts.map { .string($0) })
            case .numberSet(let numbers): .array(numbers.map { .string($0.description) })
            case .binarySet(let parts): .array(parts.map { .string($0.base64EncodedString()) })
            }
        return .object([kind.rawValue: content])
    }

    /// How many elements a list, a map or a set has; nil for the others.
    var elementCount: Int? {
        switch self {
        case .list(let elements): elements.count
        case .map(let entries): entries.count
        case .stringSet(let texts): texts.count
        case .numberSet(let numbers): numbers.count
        case .binarySet(let parts): parts.count
        case .string, .number, .binary, .bool, .null: nil
        }
    }
}
