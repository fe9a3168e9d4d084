import Foundation

/// A JSON reader that keeps whole numbers whole and bounds the depth.
struct KubeParser {
    struct Failure: Error, CustomStringConvertible {
        let offset: Int
        let problem: String
        var description: String { "\(problem) at offset \(offset)" }
    }

    static let depthLimit = 100

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    private init(_ data: Data) {
        bytes = Array(data)
    }

    static func parse(_ data: Data) throws(Failure) -> KubeValue {
        var parser = KubeParser(data)
        let value = try parser.value()
        parser.skipSpace()
        guard parser.position == parser.bytes.count else { throw parser.failure("more after the end") }
        return value
    }

    private func failure(_ problem: String) -> Failure {
        Failure(offset: position, problem: problem)
    }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func take(_ character: Character) -> Bool {
        guard current == character.asciiValue else { return false }
        position += 1
        return true
    }

    private mutating func value() throws(Failure) -> KubeValue {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try nested { parser throws(Failure) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(Failure) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case .some: return try number()
        case nil: throw failure("unexpected end")
        }
    }

    private mutating func nested(
        _ body: (inout KubeParser) throws(Failure) -> KubeValue
    ) throws(Failure) -> KubeValue {
        depth += 1
        guard depth <= Self.depthLimit else { throw failure("nested too deeply") }
        position += 1
        let value = try body(&self)
        depth -= 1
        return value
    }

    private mutating func word(_ word: String, _ value: KubeValue) throws(Failure) -> KubeValue {
        guard bytes[position...].starts(with: word.utf8) else { throw failure("unknown word") }
        position += word.utf8.count
        return value
    }

    private mutating func object() throws(Failure) -> KubeValue {
        var fields: [String: KubeValue] = [:]
        skipSpace()
        if take("}") { return .object(fields) }
        while true {
            skipSpace()
            let key = try text()
            skipSpace()
            guard take(":") else { throw failure("no colon") }
            fields[key] = try value()
            skipSpace()
            if take("}") { return .object(fields) }
            guard take(",") else { throw failure("no comma in an object") }
        }
    }

    private mutating func array() throws(Failure) -> KubeValue {
        var items: [KubeValue] = []
        skipSpace()
        if take("]") { return .array(items) }
        while true {
            items.append(try value())
            skipSpace()
            if take("]") { return .array(items) }
            guard take(",") else { throw failure("no comma in an array") }
        }
    }

    private mutating func number() throws(Failure) -> KubeValue {
        let start = position
        while let byte = current, "+-0123456789.eE".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let whole = Int(text) { return .integer(whole) }
        guard let real = Double(text), real.isFinite else { throw failure("no JSON value") }
        return .number(real)
    }

    private mutating func text() throws(Failure) -> String {
        guard take("\"") else { throw failure("no string") }
        var collected: [UInt8] = []
        while let byte = current {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: collected, as: UTF8.self)
            case UInt8(ascii: "\\"): collected.append(contentsOf: try escape())
            case 0..<0x20: throw failure("control character in a string")
            default: collected.append(byte)
            }
        }
        throw failure("unfinished string")
    }

    private mutating func escape() throws(Failure) -> [UInt8] {
        guard let byte = current else { throw failure("unfinished escape") }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "u"): return try unicode()
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        default: throw failure("unknown escape")
        }
    }

    private mutating func unicode() throws(Failure) -> [UInt8] {
        let first = try hexadecimal()
        var scalar = UInt32(first)
        if (0xD800..<0xDC00).contains(first), take("\\"), take("u") {
            let second = try hexadecimal()
            guard (0xDC00..<0xE000).contains(second) else { throw failure("broken surrogate pair") }
            scalar = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        return Array(String(Unicode.Scalar(scalar).map(Character.init) ?? "\u{FFFD}").utf8)
    }

    private mutating func hexadecimal() throws(Failure) -> UInt16 {
        guard position + 4 <= bytes.count else { throw failure("unfinished escape") }
        let digits = String(decoding: bytes[position..<(position + 4)], as: UTF8.self)
        guard let unit = UInt16(digits, radix: 16) else { throw failure("no hexadecimal digits") }
        position += 4
        return unit
    }
}
