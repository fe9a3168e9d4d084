/// Update expressions: SET, REMOVE, ADD and DELETE, each at most once, in any order.
extension DynamoExpressionParser {
    static func update(_ text: String, placeholders: inout DynamoPlaceholders) throws -> DynamoUpdate {
        var parser = try DynamoExpressionParser(text, kind: .update, placeholders: placeholders)
        let update = try parser.sections()
        placeholders = parser.placeholders
        try DynamoPath.checkDisjoint(update.paths, in: .update)
        return update
    }

    private static let sectionNames = ["SET", "REMOVE", "ADD", "DELETE"]

    private mutating func sections() throws -> DynamoUpdate {
        var update = DynamoUpdate()
        var seen: Set<String> = []
        while let token = current {
            guard let section = Self.sectionNames.first(where: { token.isKeyword($0) }) else {
                throw syntaxError
            }
            guard seen.insert(section).inserted else {
                throw invalid("The \"\(section)\" section can only be used once in an update expression;")
            }
            position += 1
            repeat {
                switch section {
                case "SET": update.assignments.append(try assignment())
                case "REMOVE": update.removals.append(try path())
                case "ADD": update.additions.append(try merge(section))
                default: update.deletions.append(try merge(section))
                }
                try countOperator()
            } while take(",")
        }
        return update
    }

    private mutating func assignment() throws -> DynamoUpdate.Assignment {
        let path = try path()
        try expect("=")
        let left = try setOperand()
        if take("+") {
            try countOperator()
            let right = try setOperand()
            for operand in [left, right] { try checkNumber(operand, "+") }
            return DynamoUpdate.Assignment(path: path, value: .sum(left, right))
        }
        if take("-") {
            try countOperator()
            let right = try setOperand()
            for operand in [left, right] { try checkNumber(operand, "-") }
            return DynamoUpdate.Assignment(path: path, value: .difference(left, right))
        }
        return DynamoUpdate.Assignment(path: path, value: .operand(left))
    }

    private mutating func setOperand() throws -> DynamoSetOperand {
        if take("(") {
            let inner = try nested { try $0.setOperand() }
            try expect(")")
            return inner
        }
        if case .value(let placeholder)? = current {
            position += 1
            return .value(try placeholders.value(placeholder, in: kind))
        }
        guard let function = functionName else { return .path(try path()) }
        return try setFunction(function)
    }

    private mutating func setFunction(_ function: String) throws -> DynamoSetOperand {
        guard function == "if_not_exists" || function == "list_append" else {
            throw Self.conditionFunctions.contains(function)
                ? invalid("The function is not allowed in an update expression; function: \(function)")
                : invalid("Invalid function name; function: \(function)")
        }
        position += 2
        try countOperator()
        var arguments: [DynamoSetOperand] = []
        if !take(")") {
            repeat { arguments.append(try nested { try $0.setOperand() }) } while take(",")
            try expect(")")
        }
        guard arguments.count == 2 else { throw wrongCount(function, arguments.count) }
        if function == "if_not_exists" {
            guard case .path(let path) = arguments[0] else { throw needsPath(function) }
            return .ifNotExists(path, arguments[1])
        }
        for case .value(let value) in arguments where value.kind != .list {
            throw wrongType(function, value.kind.rawValue)
        }
        return .listAppend(arguments[0], arguments[1])
    }

    private static let conditionFunctions: Set = [
        "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size",
    ]

    private func checkNumber(_ operand: DynamoSetOperand, _ symbol: String) throws {
        switch operand {
        case .value(let value) where value.kind != .number: throw wrongType(symbol, value.kind.rawValue)
        case .listAppend: throw wrongType(symbol, "L")
        default: return
        }
    }

    private mutating func merge(_ section: String) throws -> DynamoUpdate.Merge {
        let path = try path()
        guard case .value(let placeholder)? = current else { throw syntaxError }
        position += 1
        let value = try placeholders.value(placeholder, in: kind)
        switch value.kind {
        case .stringSet, .numberSet, .binarySet: break
        case .number where section == "ADD": break
        default:
            throw invalid(
                "Incorrect operand type for operator or function; operator: \(section), "
                    + "operand type: \(value.kind.longName), typeSet: ALLOWED_FOR_\(section)_OPERAND"
            )
        }
        return DynamoUpdate.Merge(path: path, value: value)
    }
}

extension DynamoValue.Kind {
    /// The name that the messages about ADD and DELETE use.
    fileprivate var longName: String {
        switch self {
        case .string: "STRING"
        case .number: "NUMBER"
        case .binary: "BINARY"
        case .bool: "BOOLEAN"
        case .null: "NULL"
        case .list: "LIST"
        case .map: "MAP"
        case .stringSet: "STRING_SET"
        case .numberSet: "NUMBER_SET"
        case .binarySet: "BINARY_SET"
        }
    }
}
