import AWS
import Foundation

/// Writes a Codable row as an item.
///
/// Numbers become the digits that read back as exactly the same number, dates the text of ``LedgerTime``;
/// absent optionals are absent attributes.
struct ItemEncoder: Encoder {
    private let sink: ItemSink
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Encodes a row.
    ///
    /// - Parameter row: what encodes itself into a keyed container.
    /// - Returns: its attributes.
    /// - Throws: `EncodingError`, if a number is one that DynamoDB can't hold.
    static func item(_ row: some Encodable) throws -> Item {
        guard case .m(let item) = try value(row, at: []) else {
            throw EncodingError.invalidValue(
                row,
                .init(codingPath: [], debugDescription: "not a row with names")
            )
        }
        return item
    }

    fileprivate static func value(_ value: some Encodable, at path: [any CodingKey]) throws -> AttributeValue
    {
        switch value {
        case let text as String: return .s(text)
        case let flag as Bool: return .bool(flag)
        case let date as Date: return .s(LedgerTime.text(date))
        case let bytes as Data: return .b(bytes)
        case let number as Double: return .n(try digits(number, at: path))
        case let number as Float: return .n(try digits(Double(number), at: path))
        case let number as any BinaryInteger: return .n("\(number)")
        default:
            let sink = ItemSink()
            try value.encode(to: ItemEncoder(sink: sink, codingPath: path))
            return sink.value
        }
    }

    private static func digits(_ number: Double, at path: [any CodingKey]) throws -> String {
        guard let digits = digits(number) else {
            throw EncodingError.invalidValue(
                number,
                .init(codingPath: path, debugDescription: "\(number) is beyond what DynamoDB holds")
            )
        }
        return digits
    }

    /// The shortest digits that read back as the same number; nil for what DynamoDB can't hold.
    ///
    /// Source: DynamoDB developer guide, "Naming rules and data types": up to 9.99…E+125, as small as 1E-130.
    static func digits(_ number: Double) -> String? {
        guard number == 0 || (1e-130..<1e126).contains(abs(number)) else { return nil }
        let text = "\(number)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    fileprivate init(sink: ItemSink, codingPath: [any CodingKey]) {
        self.sink = sink
        self.codingPath = codingPath
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        sink.becomeMap()
        return KeyedEncodingContainer(KeyedItemSink(sink: sink, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        sink.becomeList()
        return ListItemSink(sink: sink, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleItemSink(sink: sink, codingPath: codingPath)
    }
}

/// What has been encoded so far; containers outlive the calls that make them, hence a class.
private final class ItemSink {
    private enum Contents {
        case single(AttributeValue)
        case map([String: ItemSink])
        case list([ItemSink])
    }

    private var contents = Contents.map([:])

    init() {}

    init(_ value: AttributeValue) { contents = .single(value) }

    var value: AttributeValue {
        switch contents {
        case .single(let value): value
        case .map(let map): .m(map.mapValues(\.value))
        case .list(let list): .l(list.map(\.value))
        }
    }

    var count: Int {
        guard case .list(let list) = contents else { return 0 }
        return list.count
    }

    func set(_ value: AttributeValue) { contents = .single(value) }

    /// A second keyed container of the same value adds to the first: a row holds its request's fields.
    func becomeMap() {
        if case .map = contents { return }
        contents = .map([:])
    }

    func becomeList() {
        if case .list = contents { return }
        contents = .list([])
    }

    @discardableResult
    func add(_ name: String, _ sink: ItemSink) -> ItemSink {
        guard case .map(var map) = contents else { return sink }
        contents = .map([:])
        map[name] = sink
        contents = .map(map)
        return sink
    }

    @discardableResult
    func append(_ sink: ItemSink) -> ItemSink {
        guard case .list(var list) = contents else { return sink }
        contents = .list([])
        list.append(sink)
        contents = .list(list)
        return sink
    }
}

// One generic method fits all of the protocol's overloads for numbers, texts and flags.

private struct KeyedItemSink<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let sink: ItemSink
    let codingPath: [any CodingKey]

    /// An absent attribute says the same and reads back the same.
    func encodeNil(forKey key: Key) {}

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        sink.add(key.stringValue, ItemSink(try ItemEncoder.value(value, at: codingPath + [key])))
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        ItemEncoder(sink: sink.add("super", ItemSink()), codingPath: codingPath)
    }

    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: Key) -> ItemEncoder {
        ItemEncoder(sink: sink.add(key.stringValue, ItemSink()), codingPath: codingPath + [key])
    }
}

private struct ListItemSink: UnkeyedEncodingContainer {
    let sink: ItemSink
    let codingPath: [any CodingKey]
    var count: Int { sink.count }

    func encodeNil() { sink.append(ItemSink(.null)) }

    func encode<Value: Encodable>(_ value: Value) throws {
        sink.append(ItemSink(try ItemEncoder.value(value, at: codingPath)))
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested.container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested.unkeyedContainer() }

    func superEncoder() -> any Encoder { nested }

    private var nested: ItemEncoder { ItemEncoder(sink: sink.append(ItemSink()), codingPath: codingPath) }
}

private struct SingleItemSink: SingleValueEncodingContainer {
    let sink: ItemSink
    let codingPath: [any CodingKey]

    func encodeNil() { sink.set(.null) }

    func encode<Value: Encodable>(_ value: Value) throws {
        sink.set(try ItemEncoder.value(value, at: codingPath))
    }
}
