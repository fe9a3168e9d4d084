/// The part of parsing that all expressions share: tokens, document paths, placeholders, complaints.
struct DynamoExpressionParser {
    let kind: DynamoExpressionKind
    let tokens: [DynamoToken]
    var position = 0
    var placeholders: DynamoPlaceholders
    private var operators = 0
    private var nesting = 0

    /// Parentheses this deep would otherwise exhaust the stack; 300 operators are the service's own limit.
    private static let maximumNesting = 300

    init(_ text: String, kind: DynamoExpressionKind, placeholders: DynamoPlaceholders) throws {
        var lexer = try DynamoLexer(text, kind: kind)
        self.kind = kind
        self.placeholders = placeholders
        tokens = try lexer.tokens()
    }

    var current: DynamoToken? { position < tokens.count ? tokens[position] : nil }

    func token(after count: Int) -> DynamoToken? {
        position + count < tokens.count ? tokens[position + count] : nil
    }

    mutating func take(_ symbol: String) -> Bool {
        guard current == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    mutating func takeKeyword(_ keyword: String) -> Bool {
        guard let token = current, token.isKeyword(keyword) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ symbol: String) throws {
        guard take(symbol) else { throw syntaxError }
    }

    func expectEnd() throws {
        guard current == nil else { throw syntaxError }
    }

    mutating func countOperator() throws {
        operators += 1
        guard operators <= DynamoLexer.maximumOperators else {
            throw invalid(
                "The expression contains too many operators; maximum operator count: "
                    + "\(DynamoLexer.maximumOperators)"
            )
        }
    }

    mutating func nested<R>(_ parse: (inout DynamoExpressionParser) throws -> R) throws -> R {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maximumNesting else { throw invalid("The expression is nested too deeply;") }
        return try parse(&self)
    }

    func invalid(_ message: String) -> DynamoError {
        .validation("Invalid \(kind.rawValue): \(message)")
    }

    /// Points at the current token with its neighbours, as the service does.
    var syntaxError: DynamoError {
        let end = min(position + 2, tokens.count)
        let near = tokens[max(0, min(position, tokens.count) - 1)..<end].map(\.text).joined(separator: " ")
        return invalid("Syntax error; token: \"\(current?.text ?? "<EOF>")\", near: \"\(near)\"")
    }

    mutating func path() throws -> DynamoPath {
        var path = DynamoPath(root: try pathName())
        while true {
            if take(".") {
                path.steps.append(.name(try pathName()))
            } else if take("[") {
                guard case .integer(let digits)? = current else { throw syntaxError }
                guard let index = Int(digits), index <= Int(Int32.max) else {
                    throw invalid("List index is not within the allowable range; index: [\(digits)]")
                }
                position += 1
                path.steps.append(.index(index))
                try expect("]")
            } else {
                break
            }
        }
        guard path.steps.count < DynamoValue.maximumDepth else {
            throw invalid(
                "The document path has too many nesting elements; nesting levels: \(path.steps.count)"
            )
        }
        return path
    }

    private mutating func pathName() throws -> String {
        switch current {
        case .word(let word)?:
            guard !DynamoReservedWords.contains(word) else {
                throw invalid("Attribute name is a reserved keyword; reserved keyword: \(word)")
            }
            position += 1
            return word
        case .name(let placeholder)?:
            position += 1
            return try placeholders.name(placeholder, in: kind)
        default: throw syntaxError
        }
    }

    /// The word before an opening parenthesis, if that is what stands here.
    var functionName: String? {
        guard case .word(let word)? = current, token(after: 1) == .symbol("(") else { return nil }
        return word
    }

    func wrongCount(_ function: String, _ count: Int) -> DynamoError {
        invalid(
            "Incorrect number of operands for operator or function; "
                + "operator or function: \(function), number of operands: \(count)"
        )
    }

    func wrongType(_ function: String, _ type: String) -> DynamoError {
        invalid(
            "Incorrect operand type for operator or function; "
                + "operator or function: \(function), operand type: \(type)"
        )
    }

    func needsPath(_ function: String) -> DynamoError {
        invalid("Operator or function requires a document path; operator or function: \(function)")
    }
}
