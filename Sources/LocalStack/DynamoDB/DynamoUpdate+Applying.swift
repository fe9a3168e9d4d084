extension DynamoUpdate {
    /// The item after the update.
    ///
    /// Every operand is read from the item as it was. Throws: `DynamoError` if an operand is missing or of the
    /// wrong type, or a path leads through what isn't there.
    func applied(to item: DynamoItem) throws -> DynamoItem {
        var edits: [DynamoEdit] = []
        for assignment in assignments {
            edits.append(
                DynamoEdit(path: assignment.path, change: .set(try assignment.value.value(in: item)))
            )
        }
        for addition in additions {
            let sum = try Self.add(addition.value, to: addition.path.value(in: item))
            edits.append(DynamoEdit(path: addition.path, change: .set(sum)))
        }
        for deletion in deletions {
            guard let old = deletion.path.value(in: item) else {
                try deletion.path.checkParent(in: item)
                continue
            }
            let rest = try Self.subtract(deletion.value, from: old)
            edits.append(DynamoEdit(path: deletion.path, change: rest.map { .set($0) } ?? .remove))
        }
        edits += removals.map { DynamoEdit(path: $0, change: .remove) }
        return try DynamoEdit.apply(edits, to: item)
    }

    private static let wrongType = DynamoError.validation(
        "An operand in the update expression has an incorrect data type"
    )

    private static func add(_ value: DynamoValue, to old: DynamoValue?) throws -> DynamoValue {
        guard let old else { return value }
        switch (old, value) {
        case (.number(let a), .number(let b)): return .number(try a.adding(b))
        case (.stringSet(let a), .stringSet(let b)):
            return .stringSet(DynamoValue.unique(a + b, by: DynamoBytes.precedes))
        case (.numberSet(let a), .numberSet(let b)): return .numberSet(DynamoValue.unique(a + b, by: <))
        case (.binarySet(let a), .binarySet(let b)):
            return .binarySet(DynamoValue.unique(a + b) { DynamoBytes.compare($0, $1) < 0 })
        default: throw wrongType
        }
    }

    /// What is left of a set, or nil if that is nothing: there are no empty sets.
    private static func subtract(_ value: DynamoValue, from old: DynamoValue) throws -> DynamoValue? {
        let rest: DynamoValue
        switch (old, value) {
        case (.stringSet(let a), .stringSet(let b)):
            rest = .stringSet(a.filter { text in !b.contains { DynamoBytes.equal($0, text) } })
        case (.numberSet(let a), .numberSet(let b)): rest = .numberSet(a.filter { !b.contains($0) })
        case (.binarySet(let a), .binarySet(let b)): rest = .binarySet(a.filter { !b.contains($0) })
        default: throw wrongType
        }
        return rest.elementCount == 0 ? nil : rest
    }
}

extension DynamoSetValue {
    func value(in item: DynamoItem) throws -> DynamoValue {
        switch self {
        case .operand(let operand): return try operand.value(in: item)
        case .sum(let left, let right):
            return .number(try left.number(in: item).adding(right.number(in: item)))
        case .difference(let left, let right):
            return .number(try left.number(in: item).subtracting(right.number(in: item)))
        }
    }
}

extension DynamoSetOperand {
    fileprivate func value(in item: DynamoItem) throws -> DynamoValue {
        switch self {
        case .value(let value): return value
        case .path(let path):
            guard let value = path.value(in: item) else {
                throw DynamoError.validation(
                    "The provided expression refers to an attribute that does not exist in the item"
                )
            }
            return value
        case .ifNotExists(let path, let otherwise):
            return try path.value(in: item) ?? otherwise.value(in: item)
        case .listAppend(let left, let right):
            return .list(try left.list(in: item) + right.list(in: item))
        }
    }

    fileprivate func number(in item: DynamoItem) throws -> DynamoNumber {
        guard case .number(let number) = try value(in: item) else { throw Self.wrongType }
        return number
    }

    private func list(in item: DynamoItem) throws -> [DynamoValue] {
        guard case .list(let elements) = try value(in: item) else { throw Self.wrongType }
        return elements
    }

    private static let wrongType = DynamoError.validation(
        "An operand in the update expression has an incorrect data type"
    )
}
