import Foundation

/// JSON as a test looks at it.
enum TestJSON: Codable, Equatable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    case object([String: TestJSON])
    case list([TestJSON])
    case text(String)
    case number(Double)
    case flag(Bool)
    case null

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(Double(value)) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(arrayLiteral elements: TestJSON...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, TestJSON)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .flag(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([TestJSON].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: TestJSON].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .object(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        case .null: try container.encodeNil()
        }
    }

    init(_ data: Data) throws { self = try JSONDecoder().decode(TestJSON.self, from: data) }

    var data: Data { (try? JSONEncoder().encode(self)) ?? Data() }

    subscript(_ key: String) -> TestJSON? {
        get {
            guard case .object(let fields) = self else { return nil }
            return fields[key]
        }
        set {
            guard case .object(var fields) = self else { return }
            fields[key] = newValue
            self = .object(fields)
        }
    }

    subscript(_ index: Int) -> TestJSON? {
        guard case .list(let items) = self, items.indices.contains(index) else { return nil }
        return items[index]
    }

    /// The item of a list that has this name.
    subscript(named name: String) -> TestJSON? {
        guard case .list(let items) = self else { return nil }
        return items.first { $0["name"]?.string == name }
    }

    var string: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// What this has, changed and completed by another.
    func merging(_ other: TestJSON) -> TestJSON {
        guard case .object(let mine) = self, case .object(let theirs) = other else { return other }
        return .object(mine.merging(theirs) { $0.merging($1) })
    }
}
