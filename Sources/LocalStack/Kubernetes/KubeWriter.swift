/// Writes JSON with sorted keys, so that equal values are equal bytes.
struct KubeWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: KubeValue) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .number(let number): bytes += (number.isFinite ? String(number) : "null").utf8
        case .string(let text): append(text)
        case .array(let items):
            list(items, "[", "]") { writer, item in writer.append(item) }
        case .object(let fields):
            list(fields.sorted { $0.key < $1.key }, "{", "}") { writer, field in
                writer.append(field.key)
                writer.bytes.append(UInt8(ascii: ":"))
                writer.append(field.value)
            }
        }
    }

    private mutating func list<Item>(
        _ items: [Item],
        _ open: Character,
        _ close: Character,
        _ write: (inout KubeWriter, Item) -> Void
    ) {
        bytes += String(open).utf8
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(&self, item)
        }
        bytes += String(close).utf8
    }

    private mutating func append(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case 0x0A: bytes += "\\n".utf8
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                bytes += ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
