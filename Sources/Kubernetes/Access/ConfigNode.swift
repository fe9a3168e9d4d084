import Foundation
import Yams

/// A place in a kubeconfig that knows its file and key, so that every complaint names both.
struct ConfigNode {
    let file: String
    let key: String
    private let node: Yams.Node

    /// A whole file.
    init(file: String) throws(AccessError) {
        self.file = file
        key = ""
        let data = try AccessFile.read(file)
        guard let text = String(bytes: data, encoding: .utf8) else { throw AccessError(file, "isn't UTF-8") }
        do {
            guard let root = try compose(yaml: text) else { throw AccessError(file, "is empty") }
            node = root
        } catch let error as AccessError {
            throw error
        } catch let error as YamlError {
            throw AccessError(file, "isn't YAML: \(Self.firstLine("\(error)"))")
        } catch {
            throw AccessError(file, "isn't YAML")
        }
        guard node.mapping != nil else { throw AccessError(file, "isn't a mapping") }
    }

    private init(file: String, key: String, node: Yams.Node) {
        self.file = file
        self.key = key
        self.node = node
    }

    func fault(_ problem: String) -> AccessError {
        AccessError(file, key: key.isEmpty ? nil : key, problem)
    }

    /// The value of a key of this mapping; absent and null are nil.
    func child(_ name: String) throws(AccessError) -> ConfigNode? {
        guard let mapping = node.mapping else { throw fault("isn't a mapping") }
        guard let value = mapping[name] else { return nil }
        if let scalar = value.scalar, scalar.style == .plain, Self.nulls.contains(scalar.string) {
            return nil
        }
        return ConfigNode(file: file, key: key.isEmpty ? name : "\(key).\(name)", node: value)
    }

    func needed(_ name: String) throws(AccessError) -> ConfigNode {
        guard let child = try child(name) else { throw fault("has no \(name)") }
        return child
    }

    /// The keys of this mapping.
    func keys() throws(AccessError) -> [String] {
        guard let mapping = node.mapping else { throw fault("isn't a mapping") }
        return mapping.keys.map { $0.scalar?.string ?? "" }
    }

    func elements() throws(AccessError) -> [ConfigNode] {
        guard let sequence = node.sequence else { throw fault("isn't a list") }
        return sequence.enumerated().map { index, node in
            let name = node.mapping?["name"]?.scalar?.string
            return ConfigNode(
                file: file,
                key: "\(key)[\(name.map { "name=\($0)" } ?? "\(index)")]",
                node: node
            )
        }
    }

    func string() throws(AccessError) -> String {
        guard let scalar = node.scalar else { throw fault("isn't a text") }
        return scalar.string
    }

    /// A text, nil if absent or empty: kubectl writes empty ones for none.
    func string(_ name: String) throws(AccessError) -> String? {
        guard let text = try child(name)?.string(), !text.isEmpty else { return nil }
        return text
    }

    func bool(_ name: String) throws(AccessError) -> Bool {
        guard let child = try child(name) else { return false }
        switch try child.string() {
        case "true": return true
        case "false": return false
        default: throw child.fault("is neither true nor false")
        }
    }

    func base64(_ name: String) throws(AccessError) -> Data? {
        guard let child = try child(name) else { return nil }
        let text = try child.string()
        guard !text.isEmpty else { return nil }
        guard let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters), !data.isEmpty else {
            throw child.fault("isn't base64")
        }
        return data
    }

    private static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]

    private static func firstLine(_ text: String) -> String {
        String(text.prefix { $0 != "\n" }.prefix(200))
    }
}
