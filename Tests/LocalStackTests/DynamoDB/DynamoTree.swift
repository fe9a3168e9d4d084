import Foundation

/// A JSON document that tests write as literals.
indirect enum DynamoTree: Codable, Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([DynamoTree])
    case object([String: DynamoTree])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([DynamoTree].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: DynamoTree].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .number(let value):
            if let whole = Int(exactly: value) {
                try container.encode(whole)
            } else {
                try container.encode(value)
            }
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    subscript(name: String) -> DynamoTree? {
        get {
            guard case .object(let members) = self else { return nil }
            return members[name]
        }
        set {
            guard case .object(var members) = self else { return }
            members[name] = newValue
            self = .object(members)
        }
    }

    var text: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    var elements: [DynamoTree] {
        guard case .array(let value) = self else { return [] }
        return value
    }

    static func s(_ text: String) -> DynamoTree { ["S": .string(text)] }
    static func n(_ text: String) -> DynamoTree { ["N": .string(text)] }
    static func ss(_ texts: String...) -> DynamoTree { ["SS": .array(texts.map { .string($0) })] }
    static func l(_ elements: DynamoTree...) -> DynamoTree { ["L": .array(elements)] }
    static func m(_ entries: [String: DynamoTree]) -> DynamoTree { ["M": .object(entries)] }
}

extension DynamoTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .number(Double(value)) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: DynamoTree...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, DynamoTree)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
