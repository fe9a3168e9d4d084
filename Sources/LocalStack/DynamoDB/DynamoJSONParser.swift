import Foundation

/// Reads JSON from bytes that anybody may have sent.
///
/// Strings without escapes, nearly all there are, are found with `memchr`, so that even an unoptimised build
/// reads large items fast.
struct DynamoJSONParser {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var depth = 0

    /// Deeper than any item of 32 levels can be, and shallow enough for the stack.
    private static let maximumDepth = 200

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func document() throws -> DynamoJSON {
        let value = try value()
        skipSpace()
        guard position == bytes.count else { throw malformed }
        return value
    }

    private var malformed: DynamoError { .serialization("The request body is not valid JSON") }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func expect(_ byte: UInt8) throws {
        skipSpace()
        guard current == byte else { throw malformed }
        position += 1
    }

    private mutating func value() throws -> DynamoJSON {
        skipSpace()
        switch current {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return try number()
        }
    }

    private mutating func nested(_ read: (inout DynamoJSONParser) throws -> DynamoJSON) throws -> DynamoJSON {
        depth += 1
        guard depth <= Self.maximumDepth else {
            throw DynamoError.serialization("The request is nested too deeply")
        }
        position += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws -> DynamoJSON {
        var members: [String: DynamoJSON] = [:]
        skipSpace()
        if current == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard current == UInt8(ascii: "\"") else { throw malformed }
            let name = try string()
            try expect(UInt8(ascii: ":"))
            members[name] = try value()
            skipSpace()
            guard let byte = current else { throw malformed }
            position += 1
            if byte == UInt8(ascii: "}") { return .object(members) }
            guard byte == UInt8(ascii: ",") else { throw malformed }
        }
    }

    private mutating func array() throws -> DynamoJSON {
        var elements: [DynamoJSON] = []
        skipSpace()
        if current == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try value())
            skipSpace()
            guard let byte = current else { throw malformed }
            position += 1
            if byte == UInt8(ascii: "]") { return .array(elements) }
            guard byte == UInt8(ascii: ",") else { throw malformed }
        }
    }

    private mutating func literal(_ text: StaticString, _ value: DynamoJSON) throws -> DynamoJSON {
        for offset in 0..<text.utf8CodeUnitCount {
            guard current == text.utf8Start[offset] else { throw malformed }
            position += 1
        }
        return value
    }

    private mutating func number() throws -> DynamoJSON {
        let start = position
        while let byte = current, Self.numberBytes.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard Double(text) != nil else { throw malformed }
        return .number(text)
    }

    private static let numberBytes = Set("+-.eE0123456789".utf8)
}

extension DynamoJSONParser {
    private mutating func string() throws -> String {
        position += 1
        let start = position
        guard let end = find(UInt8(ascii: "\""), from: start, to: bytes.count) else { throw malformed }
        if find(UInt8(ascii: "\\"), from: start, to: end) == nil {
            position = end + 1
            return try text(start..<end)
        }
        return try escaped(from: start)
    }

    private func find(_ byte: UInt8, from start: Int, to end: Int) -> Int? {
        guard start < end, let base = bytes.baseAddress else { return nil }
        guard let found = memchr(base + start, Int32(byte), end - start) else { return nil }
        return UnsafeRawPointer(found) - base
    }

    private func text(_ range: Range<Int>) throws -> String {
        guard let text = String(validating: bytes[range], as: UTF8.self) else { throw malformed }
        return text
    }

    private mutating func escaped(from start: Int) throws -> String {
        var result = ""
        var run = start
        position = start
        while let byte = current {
            if byte == UInt8(ascii: "\"") {
                result += try text(run..<position)
                position += 1
                return result
            }
            guard byte == UInt8(ascii: "\\") else {
                position += 1
                continue
            }
            result += try text(run..<position)
            position += 1
            result.unicodeScalars.append(try escape())
            run = position
        }
        throw malformed
    }

    private mutating func escape() throws -> Unicode.Scalar {
        guard let byte = current else { throw malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicode()
        default: throw malformed
        }
    }

    private mutating func unicode() throws -> Unicode.Scalar {
        let first = try fourDigits()
        guard (0xD800...0xDBFF).contains(first) else {
            guard let scalar = Unicode.Scalar(first) else { throw malformed }
            return scalar
        }
        guard current == UInt8(ascii: "\\") else { throw malformed }
        position += 1
        guard current == UInt8(ascii: "u") else { throw malformed }
        position += 1
        let second = try fourDigits()
        guard (0xDC00...0xDFFF).contains(second) else { throw malformed }
        guard let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)) else {
            throw malformed
        }
        return scalar
    }

    private mutating func fourDigits() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw malformed
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
