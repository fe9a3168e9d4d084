/// A condition, filter or key condition, parsed.
///
/// Source: DynamoDB Developer Guide, "Condition and filter expressions, operators, and functions".
indirect enum DynamoCondition {
    case and(DynamoCondition, DynamoCondition)
    case or(DynamoCondition, DynamoCondition)
    case not(DynamoCondition)
    case compare(DynamoOperand, DynamoComparator, DynamoOperand)
    case between(DynamoOperand, DynamoOperand, DynamoOperand)
    case within(DynamoOperand, [DynamoOperand])
    case attributeExists(DynamoPath)
    case attributeNotExists(DynamoPath)
    case attributeType(DynamoPath, DynamoValue.Kind)
    case beginsWith(DynamoOperand, DynamoOperand)
    case contains(DynamoOperand, DynamoOperand)

    static let maximumChoices = 100
}

enum DynamoComparator: String {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}

enum DynamoOperand: Equatable {
    case path(DynamoPath)
    case value(DynamoValue)
    case size(DynamoPath)
}

extension DynamoCondition {
    /// Every path that the condition looks at.
    var paths: [DynamoPath] {
        switch self {
        case .and(let left, let right), .or(let left, let right): left.paths + right.paths
        case .not(let inner): inner.paths
        case .compare(let left, _, let right): left.paths + right.paths
        case .between(let operand, let low, let high): operand.paths + low.paths + high.paths
        case .within(let operand, let choices): operand.paths + choices.flatMap(\.paths)
        case .attributeExists(let path), .attributeNotExists(let path), .attributeType(let path, _): [path]
        case .beginsWith(let left, let right), .contains(let left, let right): left.paths + right.paths
        }
    }
}

extension DynamoOperand {
    var paths: [DynamoPath] {
        switch self {
        case .path(let path), .size(let path): [path]
        case .value: []
        }
    }
}
