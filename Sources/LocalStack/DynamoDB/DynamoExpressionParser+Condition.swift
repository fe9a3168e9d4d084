import Foundation

/// Conditions by recursive descent: OR binds loosest, then AND, then NOT.
extension DynamoExpressionParser {
    static func condition(
        _ text: String,
        kind: DynamoExpressionKind,
        placeholders: inout DynamoPlaceholders
    ) throws -> DynamoCondition {
        var parser = try DynamoExpressionParser(text, kind: kind, placeholders: placeholders)
        let condition = try parser.disjunction()
        try parser.expectEnd()
        placeholders = parser.placeholders
        return condition
    }

    private mutating func disjunction() throws -> DynamoCondition {
        var condition = try conjunction()
        while takeKeyword("OR") {
            try countOperator()
            condition = .or(condition, try conjunction())
        }
        return condition
    }

    private mutating func conjunction() throws -> DynamoCondition {
        var condition = try negation()
        while takeKeyword("AND") {
            try countOperator()
            condition = .and(condition, try negation())
        }
        return condition
    }

    private mutating func negation() throws -> DynamoCondition {
        guard let token = current, token.isKeyword("NOT") else { return try primary() }
        position += 1
        try countOperator()
        return .not(try nested { try $0.negation() })
    }

    private mutating func primary() throws -> DynamoCondition {
        if current == .symbol("("), try !parenthesesHoldOperand() { return try parenthesized() }
        if let function = functionName, function != "size" {
            let predicate = try predicate(function)
            if case .symbol(let symbol)? = current, DynamoComparator(rawValue: symbol) != nil {
                throw misused(function)
            }
            return predicate
        }
        let left = try operand()
        if takeKeyword("BETWEEN") { return try between(left) }
        if takeKeyword("IN") { return try within(left) }
        guard case .symbol(let symbol)? = current, let comparator = DynamoComparator(rawValue: symbol) else {
            throw syntaxError
        }
        position += 1
        try countOperator()
        let right = try operand()
        try checkDistinct(symbol, left, [right])
        if comparator != .equal, comparator != .notEqual {
            for operand in [left, right] { try checkOrdered(operand, symbol) }
        }
        return .compare(left, comparator, right)
    }

    private mutating func parenthesized() throws -> DynamoCondition {
        if current == .symbol("("), token(after: 1) == .symbol("("),
            let outer = closing(position), let inner = closing(position + 1), inner + 1 == outer
        {
            throw invalid("The expression has redundant parentheses;")
        }
        position += 1
        let condition = try nested { try $0.disjunction() }
        try expect(")")
        return condition
    }

    /// `(a) = :b` has an operand in parentheses, `(a = :b)` a condition: what follows them tells.
    private func parenthesesHoldOperand() throws -> Bool {
        guard let close = closing(position) else { throw syntaxError }
        guard close + 1 < tokens.count else { return false }
        let next = tokens[close + 1]
        if next.isKeyword("BETWEEN") || next.isKeyword("IN") { return true }
        guard case .symbol(let symbol) = next else { return false }
        return DynamoComparator(rawValue: symbol) != nil
    }

    private func closing(_ open: Int) -> Int? {
        var depth = 0
        for index in open..<tokens.count {
            if tokens[index] == .symbol("(") { depth += 1 }
            if tokens[index] == .symbol(")") { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }

    private mutating func operand() throws -> DynamoOperand {
        if take("(") {
            let inner = try nested { try $0.operand() }
            try expect(")")
            return inner
        }
        if case .value(let placeholder)? = current {
            position += 1
            return .value(try placeholders.value(placeholder, in: kind))
        }
        guard let function = functionName else { return .path(try path()) }
        guard function == "size" else {
            throw Self.predicates.contains(function)
                ? misused(function)
                : unknown(function)
        }
        let arguments = try arguments(of: function)
        guard arguments.count == 1 else { throw wrongCount(function, arguments.count) }
        guard case .path(let path) = arguments[0] else { throw needsPath(function) }
        return .size(path)
    }

    private mutating func between(_ operand: DynamoOperand) throws -> DynamoCondition {
        try countOperator()
        let low = try self.operand()
        guard takeKeyword("AND") else { throw syntaxError }
        let high = try self.operand()
        for bound in [operand, low, high] { try checkOrdered(bound, "BETWEEN") }
        if case .value(let lower) = low, case .value(let upper) = high {
            guard let order = lower.order(to: upper) else {
                throw invalid(
                    "The BETWEEN operator requires same data type for lower and upper bounds; "
                        + "lower bound operand: AttributeValue: \(shown(lower)), "
                        + "upper bound operand: AttributeValue: \(shown(upper))"
                )
            }
            guard order <= 0 else {
                throw invalid(
                    "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
                        + "lower bound operand: AttributeValue: \(shown(lower)), "
                        + "upper bound operand: AttributeValue: \(shown(upper))"
                )
            }
        }
        return .between(operand, low, high)
    }

    private mutating func within(_ operand: DynamoOperand) throws -> DynamoCondition {
        try countOperator()
        guard current == .symbol("(") else { throw syntaxError }
        position += 1
        var choices = [try self.operand()]
        while take(",") { choices.append(try self.operand()) }
        try expect(")")
        guard choices.count <= DynamoCondition.maximumChoices else { throw wrongCount("IN", choices.count) }
        try checkDistinct("IN", operand, choices)
        return .within(operand, choices)
    }
}

extension DynamoExpressionParser {
    private static let predicates: Set = [
        "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains",
    ]

    private func misused(_ function: String) -> DynamoError {
        invalid("The function is not allowed to be used this way in an expression; function: \(function)")
    }

    private func unknown(_ function: String) -> DynamoError {
        if function == "if_not_exists" || function == "list_append" {
            return invalid("The function is not allowed in \(kind.phrase); function: \(function)")
        }
        return invalid("Invalid function name; function: \(function)")
    }

    private mutating func arguments(of function: String) throws -> [DynamoOperand] {
        position += 2
        try countOperator()
        if take(")") { return [] }
        var arguments = [try nested { try $0.operand() }]
        while take(",") { arguments.append(try nested { try $0.operand() }) }
        try expect(")")
        return arguments
    }

    private mutating func predicate(_ function: String) throws -> DynamoCondition {
        guard Self.predicates.contains(function) else { throw unknown(function) }
        let arguments = try arguments(of: function)
        let expected = function == "attribute_exists" || function == "attribute_not_exists" ? 1 : 2
        guard arguments.count == expected else { throw wrongCount(function, arguments.count) }
        switch function {
        case "attribute_exists": return .attributeExists(try requirePath(arguments[0], function))
        case "attribute_not_exists": return .attributeNotExists(try requirePath(arguments[0], function))
        case "attribute_type":
            return .attributeType(
                try requirePath(arguments[0], function),
                try typeName(arguments[1], function)
            )
        case "begins_with":
            for case .value(let value) in arguments where value.kind != .string && value.kind != .binary {
                throw wrongType(function, value.kind.rawValue)
            }
            try checkDistinct(function, arguments[0], [arguments[1]])
            return .beginsWith(arguments[0], arguments[1])
        default:
            try checkDistinct(function, arguments[0], [arguments[1]])
            return .contains(arguments[0], arguments[1])
        }
    }

    private func requirePath(_ operand: DynamoOperand, _ function: String) throws -> DynamoPath {
        guard case .path(let path) = operand else { throw needsPath(function) }
        return path
    }

    private func typeName(_ operand: DynamoOperand, _ function: String) throws -> DynamoValue.Kind {
        guard case .value(let value) = operand else { throw wrongType(function, "M") }
        guard case .string(let name) = value else { throw wrongType(function, value.kind.rawValue) }
        guard let kind = DynamoValue.Kind(rawValue: name) else {
            throw invalid(
                "Invalid attribute type name found; type: \(name), valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
            )
        }
        return kind
    }

    private func checkDistinct(_ name: String, _ first: DynamoOperand, _ rest: [DynamoOperand]) throws {
        guard case .path(let path) = first, rest.contains(first) else { return }
        throw invalid(
            "The first operand must be distinct from the remaining operands for this operator or function; "
                + "operator: \(name), first operand: \(path)"
        )
    }

    private func checkOrdered(_ operand: DynamoOperand, _ name: String) throws {
        guard case .value(let value) = operand else { return }
        switch value.kind {
        case .string, .number, .binary: return
        default:
            throw invalid(
                "Incorrect operand type for operator or function; "
                    + "operator or function: \(name), operand type: \(value.kind.rawValue)"
            )
        }
    }

    private func shown(_ value: DynamoValue) -> String {
        switch value {
        case .string(let text): "{S:\(text)}"
        case .number(let number): "{N:\(number)}"
        case .binary(let data): "{B:\(data.base64EncodedString())}"
        default: "{\(value.kind.rawValue)}"
        }
    }
}
