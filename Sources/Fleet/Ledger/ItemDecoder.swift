import AWS
import Foundation

/// Reads a Codable row from an item; a NULL attribute is read as an absent one.
struct ItemDecoder: Decoder {
    private let value: AttributeValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Decodes a row.
    ///
    /// - Parameters:
    ///   - type: of the row.
    ///   - item: its attributes; those that the row doesn't know are passed over.
    /// - Returns: the row.
    /// - Throws: `DecodingError`, which names the attribute.
    static func row<Row: Decodable>(_ type: Row.Type, from item: Item) throws -> Row {
        try value(type, from: .m(item), at: [])
    }

    fileprivate init(value: AttributeValue, codingPath: [any CodingKey]) {
        self.value = value
        self.codingPath = codingPath
    }

    fileprivate static func value<Value: Decodable>(
        _ type: Value.Type,
        from value: AttributeValue,
        at path: [any CodingKey]
    ) throws -> Value {
        switch plain(type, value) {
        case .not: return try Value(from: ItemDecoder(value: value, codingPath: path))
        case .read(let read):
            guard let fitting = read as? Value else { throw mismatch(type, value, at: path) }
            return fitting
        }
    }

    private enum Plain {
        /// A type that decodes itself from containers.
        case not
        /// A type that doesn't; nil if the attribute isn't one of its values.
        case read((any Decodable)?)
    }

    private static func plain(_ type: any Decodable.Type, _ value: AttributeValue) -> Plain {
        switch type {
        case is String.Type: .read(value.string)
        case is Bool.Type: .read(value.boolean)
        case is Double.Type: .read(value.double)
        case is Float.Type: .read(value.double.map { Float($0) })
        case is Date.Type: .read(date(value))
        case is Data.Type: .read(value.bytes)
        case let integer as any (FixedWidthInteger & Decodable).Type: .read(whole(integer, value))
        default: .not
        }
    }

    private static func date(_ value: AttributeValue) -> Date? {
        switch value {
        case .s(let text): LedgerTime.date(text)
        case .n: value.double.flatMap(LedgerTime.date(epoch:))
        default: nil
        }
    }

    private static func whole<Integer: FixedWidthInteger & Decodable>(
        _ type: Integer.Type,
        _ value: AttributeValue
    ) -> Integer? {
        guard let digits = value.number else { return nil }
        if let exact = Integer(digits) { return exact }
        // Other writers may have left `4.0` or `1E+3`.
        guard let number = Double(digits), abs(number) <= 9_007_199_254_740_992 else { return nil }
        return Integer(exactly: number)
    }

    fileprivate static func mismatch(
        _ type: any Decodable.Type,
        _ value: AttributeValue,
        at path: [any CodingKey]
    ) -> DecodingError {
        .typeMismatch(
            type,
            .init(codingPath: path, debugDescription: "\(value.kind) can't be read as \(type)")
        )
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let map = value.map else { throw Self.mismatch([String: Double].self, value, at: codingPath) }
        return KeyedDecodingContainer(
            KeyedItem(map: map.filter { $0.value != .null }, codingPath: codingPath)
        )
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let list = value.elements else { throw Self.mismatch([Double].self, value, at: codingPath) }
        return ListItem(list: list, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        SingleItem(value: value, codingPath: codingPath)
    }
}

extension AttributeValue {
    /// A list's elements; a set's too, since other writers use them.
    fileprivate var elements: [AttributeValue]? {
        switch self {
        case .l(let values): values
        case .ss(let texts): texts.map(AttributeValue.s)
        case .ns(let numbers): numbers.map(AttributeValue.n)
        case .bs(let bytes): bytes.map(AttributeValue.b)
        case .s, .n, .b, .bool, .null, .m: nil
        }
    }

    fileprivate var bytes: Data? {
        guard case .b(let bytes) = self else { return nil }
        return bytes
    }

    fileprivate var kind: String {
        switch self {
        case .s: "text"
        case .n: "a number"
        case .b: "bytes"
        case .bool: "a flag"
        case .null: "NULL"
        case .l: "a list"
        case .m: "a map"
        case .ss, .ns, .bs: "a set"
        }
    }
}

// One generic method fits all of the protocol's overloads for numbers, texts and flags.

private struct KeyedItem<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let map: [String: AttributeValue]
    let codingPath: [any CodingKey]

    var allKeys: [Key] { map.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { map[key.stringValue] != nil }

    func decodeNil(forKey key: Key) -> Bool { map[key.stringValue] == nil }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try ItemDecoder.value(type, from: try value(key), at: codingPath + [key])
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try nested(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        ItemDecoder(value: map["super"] ?? .null, codingPath: codingPath)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { try nested(key) }

    private func nested(_ key: Key) throws -> ItemDecoder {
        ItemDecoder(value: try value(key), codingPath: codingPath + [key])
    }

    private func value(_ key: Key) throws -> AttributeValue {
        guard let value = map[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key,
                .init(codingPath: codingPath, debugDescription: "no attribute \(key.stringValue)")
            )
        }
        return value
    }
}

private struct ListItem: UnkeyedDecodingContainer {
    let list: [AttributeValue]
    let codingPath: [any CodingKey]
    private(set) var currentIndex = 0

    init(list: [AttributeValue], codingPath: [any CodingKey]) {
        self.list = list
        self.codingPath = codingPath
    }

    var count: Int? { list.count }
    var isAtEnd: Bool { currentIndex >= list.count }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, list[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try ItemDecoder.value(type, from: try current(type), at: codingPath)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next().unkeyedContainer()
    }

    mutating func superDecoder() throws -> any Decoder { try next() }

    private mutating func next() throws -> ItemDecoder {
        let decoder = ItemDecoder(value: try current([String: Double].self), codingPath: codingPath)
        currentIndex += 1
        return decoder
    }

    private func current(_ type: Any.Type) throws -> AttributeValue {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                type,
                .init(codingPath: codingPath, debugDescription: "the list has only \(list.count) elements")
            )
        }
        return list[currentIndex]
    }
}

private struct SingleItem: SingleValueDecodingContainer {
    let value: AttributeValue
    let codingPath: [any CodingKey]

    func decodeNil() -> Bool { value == .null }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try ItemDecoder.value(type, from: value, at: codingPath)
    }
}
