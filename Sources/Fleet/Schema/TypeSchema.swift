import Foundation
import Reservations

/// The JSON Schema of what a type reads: told by letting the type decode itself from a reader that takes notes.
///
/// So a field that is added to a message is in its schema, whether or not anybody thought of it.
enum TypeSchema {
    /// Draft 2020-12, of a type with Codable that the compiler wrote.
    ///
    /// - Throws: if the type reads something that this doesn't know.
    static func of<Body: Decodable>(_: Body.Type) throws -> JSONValue {
        let notes = SchemaNotes()
        _ = try Body(from: SchemaReader(notes: notes, codingPath: []))
        return notes.schema
    }

    /// The schema of a value's type, and a value to go on with.
    static func sample<Value: Decodable>(_ type: Value.Type, _ path: [any CodingKey]) throws
        -> (schema: JSONValue, value: Value)
    {
        if let found: Value = known(type) { return (scalar(type), found) }
        let notes = SchemaNotes()
        let value = try Value(from: SchemaReader(notes: notes, codingPath: path))
        return (notes.schema, value)
    }

    private static func known<Value>(_ type: Value.Type) -> Value? {
        if let text = type as? any ValidatedText.Type { return make(text) as? Value }
        if let choice = type as? any Choice.Type { return choice.anyCase as? Value }
        return Date(timeIntervalSince1970: 0) as? Value
    }

    private static func make<Text: ValidatedText>(_: Text.Type) -> Text { Text(unchecked: "x") }

    private static func scalar<Value>(_ type: Value.Type) -> JSONValue {
        if let text = type as? any ValidatedText.Type {
            return .object(["type": .string("string"), "description": .string(text.rule)])
        }
        if let choice = type as? any Choice.Type {
            return .object(["type": .string("string"), "enum": .array(choice.words.map(JSONValue.string))])
        }
        return .object(["type": .string("string"), "format": .string("date-time")])
    }
}

/// An enumeration whose cases are words on the wire.
protocol Choice {
    static var words: [String] { get }
    static var anyCase: Any? { get }
}

extension Choice where Self: CaseIterable & RawRepresentable, RawValue == String {
    static var words: [String] { allCases.map(\.rawValue) }
    static var anyCase: Any? { allCases.first }
}

extension Status: Choice {}
extension Refusal.Asked: Choice {}
extension Receipt.Step: Choice {}
extension Receipt.Outcome: Choice {}

/// What a type asked its decoder for.
final class SchemaNotes {
    var properties: [String: JSONValue] = [:]
    var optional: Set<String> = []
    /// Set for anything but an object.
    var other: JSONValue?

    var schema: JSONValue {
        if let other { return other }
        return .object([
            "type": .string("object"), "properties": .object(properties),
            "required": .array(
                properties.keys.filter { !optional.contains($0) }.sorted().map(JSONValue.string)
            ),
        ])
    }
}
