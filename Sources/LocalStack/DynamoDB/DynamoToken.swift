/// A piece of an expression.
enum DynamoToken: Equatable {
    case word(String)
    /// `#name`, with its sign.
    case name(String)
    /// `:value`, with its sign.
    case value(String)
    case integer(String)
    case symbol(String)

    var text: String {
        switch self {
        case .word(let text), .name(let text), .value(let text), .integer(let text), .symbol(let text): text
        }
    }

    /// Whether it is that keyword, in any case.
    func isKeyword(_ keyword: String) -> Bool {
        guard case .word(let word) = self else { return false }
        return word.utf8.count == keyword.utf8.count && word.uppercased() == keyword
    }
}

/// Cuts an expression into tokens.
struct DynamoLexer {
    private let bytes: [UInt8]
    private let kind: DynamoExpressionKind
    private var position = 0

    static let maximumBytes = 4096
    static let maximumOperators = 300

    init(_ text: String, kind: DynamoExpressionKind) throws {
        bytes = Array(text.utf8)
        self.kind = kind
        guard bytes.count <= Self.maximumBytes else {
            throw DynamoError.validation(
                "Invalid \(kind.rawValue): Expression size has exceeded the maximum allowed size; "
                    + "expression size: \(bytes.count)"
            )
        }
    }

    mutating func tokens() throws -> [DynamoToken] {
        var tokens: [DynamoToken] = []
        while position < bytes.count {
            let byte = bytes[position]
            if Self.isSpace(byte) {
                position += 1
                continue
            }
            tokens.append(try token(from: byte))
        }
        guard !tokens.isEmpty else {
            throw DynamoError.validation("Invalid \(kind.rawValue): The expression can not be empty;")
        }
        return tokens
    }

    private mutating func token(from byte: UInt8) throws -> DynamoToken {
        let start = position
        switch byte {
        case UInt8(ascii: "#"), UInt8(ascii: ":"):
            position += 1
            let text = run(from: start, while: Self.isWordByte)
            guard text.utf8.count > 1 else { throw syntaxError(text, at: start) }
            return byte == UInt8(ascii: "#") ? .name(text) : .value(text)
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .integer(run(from: start, while: Self.isDigit))
        case UInt8(ascii: "<"), UInt8(ascii: ">"):
            return .symbol(comparator(from: byte))
        case _ where Self.isWordStart(byte):
            return .word(run(from: start, while: Self.isWordByte))
        case _ where Self.singles.contains(byte):
            position += 1
            return .symbol(String(UnicodeScalar(byte)))
        default:
            // The whole character, which may be of several bytes.
            let rest = String(decoding: bytes[start...], as: UTF8.self)
            throw syntaxError(String(rest.prefix(1)), at: start)
        }
    }

    private static let singles = Set("(),.[]=+-".utf8)

    private mutating func comparator(from byte: UInt8) -> String {
        position += 1
        guard position < bytes.count else { return String(UnicodeScalar(byte)) }
        let next = bytes[position]
        let isDouble = next == UInt8(ascii: "=") || (byte == UInt8(ascii: "<") && next == UInt8(ascii: ">"))
        guard isDouble else { return String(UnicodeScalar(byte)) }
        position += 1
        return String(UnicodeScalar(byte)) + String(UnicodeScalar(next))
    }

    private mutating func run(from start: Int, while belongs: (UInt8) -> Bool) -> String {
        while position < bytes.count, belongs(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func syntaxError(_ token: String, at start: Int) -> DynamoError {
        let near = String(decoding: bytes[max(0, start - 4)..<min(bytes.count, start + 8)], as: UTF8.self)
        return .validation("Invalid \(kind.rawValue): Syntax error; token: \"\(token)\", near: \"\(near)\"")
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isWordStart(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        isWordStart(byte) || isDigit(byte)
    }
}
