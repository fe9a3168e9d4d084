import Foundation

extension DynamoJSON {
    /// The document as text.
    ///
    /// Sorted members give equal documents equal texts, for fingerprints.
    func text(sorted: Bool = false) -> String {
        var out = ""
        write(to: &out, sorted: sorted)
        return out
    }

    private func write(to out: inout String, sorted: Bool) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .number(let text): out += text
        case .string(let text): Self.quote(text, into: &out)
        case .array(let elements):
            out += "["
            var first = true
            for element in elements {
                if !first { out += "," }
                first = false
                element.write(to: &out, sorted: sorted)
            }
            out += "]"
        case .object(let members):
            out += "{"
            var first = true
            if sorted {
                for name in members.keys.sorted(by: DynamoBytes.precedes) {
                    Self.member(name, members[name] ?? .null, isFirst: &first, into: &out, sorted: true)
                }
            } else {
                for (name, value) in members {
                    Self.member(name, value, isFirst: &first, into: &out, sorted: false)
                }
            }
            out += "}"
        }
    }

    private static func member(
        _ name: String,
        _ value: DynamoJSON,
        isFirst: inout Bool,
        into out: inout String,
        sorted: Bool
    ) {
        if !isFirst { out += "," }
        isFirst = false
        quote(name, into: &out)
        out += ":"
        value.write(to: &out, sorted: sorted)
    }

    private static func quote(_ text: String, into out: inout String) {
        out += "\""
        let isPlain = DynamoBytes.withBytes(of: text.utf8) { bytes in
            for byte in bytes where byte < 0x20 || byte == 0x22 || byte == 0x5C { return false }
            return true
        }
        if isPlain {
            out += text
        } else {
            for scalar in text.unicodeScalars { escape(scalar, into: &out) }
        }
        out += "\""
    }

    private static func escape(_ scalar: Unicode.Scalar, into out: inout String) {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\n": out += "\\n"
        case "\r": out += "\\r"
        case "\t": out += "\\t"
        case _ where scalar.value < 0x20: out += String(format: "\\u%04x", scalar.value)
        default: out.unicodeScalars.append(scalar)
        }
    }
}
