import Foundation

/// The configuration file: JSON, whose nesting makes the dots of a setting's name.
enum SettingFile {
    private static let deepest = 8

    static func flattened(_ data: Data, named name: String) throws(SettingError) -> [String: String] {
        let root: Entry
        do {
            root = try JSONDecoder().decode(Entry.self, from: data)
        } catch {
            throw SettingError(name, "isn't JSON")
        }
        guard case .object = root else { throw SettingError(name, "isn't a JSON object") }
        var values: [String: String] = [:]
        try collect(root, at: [], named: name, into: &values)
        return values
    }

    private static func collect(
        _ entry: Entry,
        at path: [String],
        named file: String,
        into values: inout [String: String]
    ) throws(SettingError) {
        let key = path.joined(separator: ".")
        switch entry {
        case .object(let fields):
            guard path.count < deepest else { throw SettingError("\(key) in \(file)", "is nested too deep") }
            for (name, field) in fields {
                try collect(field, at: path + [name], named: file, into: &values)
            }
        case .text(let text): values[key] = text
        case .integer(let number): values[key] = "\(number)"
        case .number(let number): values[key] = "\(number)"
        case .flag(let flag): values[key] = "\(flag)"
        case .list(let entries):
            var parts: [String] = []
            for item in entries {
                guard case .text(let text) = item else {
                    throw SettingError("\(key) in \(file)", "must be a list of texts")
                }
                parts.append(text)
            }
            values[key] = parts.joined(separator: ",")
        case .null: throw SettingError("\(key) in \(file)", "is null; leave the key out instead")
        }
    }

    private enum Entry: Decodable {
        case object([String: Entry])
        case list([Entry])
        case text(String)
        case flag(Bool)
        case integer(Int64)
        case number(Double)
        case null

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Int64.self) {
                self = .integer(number)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let list = try? container.decode([Entry].self) {
                self = .list(list)
            } else {
                self = .object(try container.decode([String: Entry].self))
            }
        }
    }
}
