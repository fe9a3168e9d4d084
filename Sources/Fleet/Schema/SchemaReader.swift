import Reservations

/// A decoder that has nothing to read, and notes what it is asked for.
struct SchemaReader: Decoder {
    let notes: SchemaNotes
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy _: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(SchemaFields(notes: notes, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        SchemaItems(notes: notes, codingPath: codingPath)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        throw SchemaUnknown(path: codingPath, what: "a single value")
    }
}

/// A type reads something that no schema is known for.
struct SchemaUnknown: Error, CustomStringConvertible {
    let path: [any CodingKey]
    let what: String

    var description: String { "\(path.map(\.stringValue).joined(separator: ".")): no schema for \(what)" }
}

private struct SchemaFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let notes: SchemaNotes
    let codingPath: [any CodingKey]
    var allKeys: [Key] { [] }

    func contains(_ key: Key) -> Bool { true }

    /// Asked only for what may be absent.
    func decodeNil(forKey key: Key) -> Bool {
        notes.optional.insert(key.stringValue)
        return false
    }

    private func note(_ key: Key, _ type: String) {
        notes.properties[key.stringValue] = .object(["type": .string(type)])
    }

    private func integer<Number: FixedWidthInteger>(_ key: Key) -> Number {
        note(key, "integer")
        return 1
    }

    func decode(_: Bool.Type, forKey key: Key) -> Bool {
        note(key, "boolean")
        return true
    }

    func decode(_: String.Type, forKey key: Key) -> String {
        note(key, "string")
        return "x"
    }

    func decode(_: Double.Type, forKey key: Key) -> Double {
        note(key, "number")
        return 1
    }

    func decode(_: Float.Type, forKey key: Key) -> Float {
        note(key, "number")
        return 1
    }

    func decode(_: Int.Type, forKey key: Key) -> Int { integer(key) }
    func decode(_: Int8.Type, forKey key: Key) -> Int8 { integer(key) }
    func decode(_: Int16.Type, forKey key: Key) -> Int16 { integer(key) }
    func decode(_: Int32.Type, forKey key: Key) -> Int32 { integer(key) }
    func decode(_: Int64.Type, forKey key: Key) -> Int64 { integer(key) }
    func decode(_: UInt.Type, forKey key: Key) -> UInt { integer(key) }
    func decode(_: UInt8.Type, forKey key: Key) -> UInt8 { integer(key) }
    func decode(_: UInt16.Type, forKey key: Key) -> UInt16 { integer(key) }
    func decode(_: UInt32.Type, forKey key: Key) -> UInt32 { integer(key) }
    func decode(_: UInt64.Type, forKey key: Key) -> UInt64 { integer(key) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        let (schema, value) = try TypeSchema.sample(type, codingPath + [key])
        notes.properties[key.stringValue] = schema
        return value
    }

    func nestedContainer<Nested: CodingKey>(keyedBy _: Nested.Type, forKey key: Key) throws
        -> KeyedDecodingContainer<Nested>
    {
        throw SchemaUnknown(path: codingPath + [key], what: "a nested container")
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        throw SchemaUnknown(path: codingPath + [key], what: "a nested container")
    }

    func superDecoder() throws -> any Decoder { throw SchemaUnknown(path: codingPath, what: "a class") }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        throw SchemaUnknown(path: codingPath + [key], what: "a class")
    }
}

/// One item, which stands for all.
private struct SchemaItems: UnkeyedDecodingContainer {
    let notes: SchemaNotes
    let codingPath: [any CodingKey]
    var count: Int? { 1 }
    var isAtEnd: Bool { currentIndex > 0 }
    private(set) var currentIndex = 0

    init(notes: SchemaNotes, codingPath: [any CodingKey]) {
        self.notes = notes
        self.codingPath = codingPath
    }

    mutating func decodeNil() -> Bool { false }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let (schema, value) = try TypeSchema.sample(type, codingPath)
        notes.other = .object(["type": .string("array"), "items": schema])
        currentIndex += 1
        return value
    }

    func nestedContainer<Nested: CodingKey>(keyedBy _: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
        throw SchemaUnknown(path: codingPath, what: "a nested container")
    }

    func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        throw SchemaUnknown(path: codingPath, what: "a list of lists")
    }

    func superDecoder() throws -> any Decoder { throw SchemaUnknown(path: codingPath, what: "a class") }
}
