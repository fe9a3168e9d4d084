package import Foundation

/// A JSON value: what the API server stores, whose fields it mostly doesn't know.
package enum KubeValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([KubeValue])
    case object([String: KubeValue])

    package subscript(key: String) -> KubeValue? {
        get {
            guard case .object(let fields) = self else { return nil }
            return fields[key]
        }
        set {
            var fields = self.fields
            fields[key] = newValue
            self = .object(fields)
        }
    }

    /// The value at the end of a path of keys.
    package subscript(path first: String, _ rest: String...) -> KubeValue? {
        self[path: [first] + rest]
    }

    package subscript(path keys: [String]) -> KubeValue? {
        get {
            var value: KubeValue? = self
            for key in keys { value = value?[key] }
            return value
        }
        set {
            guard let key = keys.first else { return }
            guard keys.count > 1 else { return self[key] = newValue }
            var child = self[key] ?? .object([:])
            child[path: Array(keys.dropFirst())] = newValue
            self[key] = child
        }
    }

    package var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    package var integer: Int? {
        switch self {
        case .integer(let number): number
        case .number(let number): Int(exactly: number)
        default: nil
        }
    }

    package var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    package var items: [KubeValue] {
        guard case .array(let items) = self else { return [] }
        return items
    }

    package var fields: [String: KubeValue] {
        guard case .object(let fields) = self else { return [:] }
        return fields
    }

    /// The fields that are strings.
    package var strings: [String: String] { fields.compactMapValues(\.string) }

    package var isObject: Bool {
        guard case .object = self else { return false }
        return true
    }

    package static func strings(_ values: [String: String]) -> KubeValue {
        .object(values.mapValues(KubeValue.string))
    }

    /// Parses JSON.
    ///
    /// - Throws: `KubeParser.Failure` if the text is no JSON or nested too deeply.
    package init(json data: Data) throws {
        self = try KubeParser.parse(data)
    }

    package var json: Data {
        var writer = KubeWriter()
        writer.append(self)
        return Data(writer.bytes)
    }
}

extension KubeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: KubeValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, KubeValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}
