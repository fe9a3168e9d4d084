/// An update expression, parsed.
///
/// Source: DynamoDB Developer Guide, "Using update expressions in DynamoDB".
struct DynamoUpdate {
    struct Assignment {
        var path: DynamoPath
        var value: DynamoSetValue
    }

    /// An ADD or a DELETE.
    struct Merge {
        var path: DynamoPath
        var value: DynamoValue
    }

    var assignments: [Assignment] = []
    var removals: [DynamoPath] = []
    var additions: [Merge] = []
    var deletions: [Merge] = []

    /// Every path that the update changes.
    var paths: [DynamoPath] {
        assignments.map(\.path) + removals + additions.map(\.path) + deletions.map(\.path)
    }
}

/// The right side of `SET a = …`.
enum DynamoSetValue {
    case operand(DynamoSetOperand)
    case sum(DynamoSetOperand, DynamoSetOperand)
    case difference(DynamoSetOperand, DynamoSetOperand)
}

indirect enum DynamoSetOperand {
    case path(DynamoPath)
    case value(DynamoValue)
    case ifNotExists(DynamoPath, DynamoSetOperand)
    case listAppend(DynamoSetOperand, DynamoSetOperand)
}
