/// Which partition, and which sort keys of it, a query reads.
struct DynamoKeyCondition {
    var partition: DynamoValue
    /// Nil takes the whole partition.
    var sort: DynamoCondition?
    /// The sort key's attribute, for `sort` to be asked about.
    var sortName: String?

    /// Throws: `DynamoError` unless the condition is an equality for the partition key and at most one simple
    /// condition for the sort key.
    init(_ condition: DynamoCondition, keys: DynamoKeySchema) throws {
        var partition: DynamoValue?
        var sort: DynamoCondition?
        for part in try Self.conjuncts(of: condition) {
            let (name, bounds) = try Self.subject(of: part)
            if name == keys.partition.name {
                guard partition == nil else { throw Self.twice }
                guard case .compare(_, .equal, _) = part, let value = bounds.first else {
                    throw Self.unsupported
                }
                try Self.check(bounds, keys.partition)
                partition = value
            } else if let key = keys.sort, name == key.name {
                guard sort == nil else { throw Self.twice }
                try Self.check(bounds, key)
                sort = part
            } else {
                throw Self.missing(keys.sort?.name ?? keys.partition.name)
            }
        }
        guard let partition else { throw Self.missing(keys.partition.name) }
        self.partition = partition
        self.sort = sort
        sortName = keys.sort?.name
    }

    func allows(_ sortValue: DynamoValue?) -> Bool {
        guard let sort, let sortName else { return true }
        guard let sortValue else { return false }
        return sort.holds(for: [sortName: sortValue])
    }

    private static let twice = DynamoError.validation(
        "KeyConditionExpressions must only contain one condition per key"
    )
    private static let unsupported = DynamoError.validation("Query key condition not supported")

    private static func missing(_ name: String) -> DynamoError {
        .validation("Query condition missed key schema element: \(name)")
    }

    private static func conjuncts(of condition: DynamoCondition) throws -> [DynamoCondition] {
        switch condition {
        case .and(let left, let right): return try conjuncts(of: left) + conjuncts(of: right)
        case .or: throw invalidOperator("OR")
        case .not: throw invalidOperator("NOT")
        case .within: throw invalidOperator("IN")
        case .attributeExists: throw invalidOperator("attribute_exists")
        case .attributeNotExists: throw invalidOperator("attribute_not_exists")
        case .attributeType: throw invalidOperator("attribute_type")
        case .contains: throw invalidOperator("contains")
        case .compare(_, .notEqual, _): throw invalidOperator("<>")
        case .compare, .between, .beginsWith: return [condition]
        }
    }

    private static func invalidOperator(_ name: String) -> DynamoError {
        .validation("Invalid operator used in KeyConditionExpression: \(name)")
    }

    /// The key attribute that a part is about, and the values it is compared with.
    private static func subject(of part: DynamoCondition) throws -> (String, [DynamoValue]) {
        let operands: [DynamoOperand]
        switch part {
        case .compare(let left, _, let right), .beginsWith(let left, let right): operands = [left, right]
        case .between(let operand, let low, let high): operands = [operand, low, high]
        default: throw unsupported
        }
        guard case .path(let path)? = operands.first else {
            throw DynamoError.validation(
                "Invalid condition in KeyConditionExpression: the key must come first"
            )
        }
        guard path.steps.isEmpty else {
            throw DynamoError.validation(
                "Key condition expressions can't have conditions on nested attributes"
            )
        }
        let values = operands.dropFirst().compactMap { operand -> DynamoValue? in
            guard case .value(let value) = operand else { return nil }
            return value
        }
        guard values.count == operands.count - 1 else {
            throw DynamoError.validation(
                "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
            )
        }
        return (path.root, values)
    }

    private static func check(_ values: [DynamoValue], _ key: DynamoKeySchema.Part) throws {
        for value in values {
            guard value.kind == key.kind else {
                throw DynamoError.invalidParameter("Condition parameter type does not match schema type")
            }
            try key.checkNotEmpty(value)
        }
    }
}
