extension DynamoCondition {
    /// Whether the item, empty if there is none, meets the condition.
    ///
    /// Nothing here fails: values of types that can't be compared just don't match.
    func holds(for item: DynamoItem) -> Bool {
        switch self {
        case .and(let left, let right): left.holds(for: item) && right.holds(for: item)
        case .or(let left, let right): left.holds(for: item) || right.holds(for: item)
        case .not(let inner): !inner.holds(for: item)
        case .compare(let left, let comparator, let right):
            comparator.holds(left.value(in: item), right.value(in: item))
        case .between(let operand, let low, let high):
            DynamoComparator.greaterOrEqual.holds(operand.value(in: item), low.value(in: item))
                && DynamoComparator.lessOrEqual.holds(operand.value(in: item), high.value(in: item))
        case .within(let operand, let choices):
            choices.contains { DynamoComparator.equal.holds(operand.value(in: item), $0.value(in: item)) }
        case .attributeExists(let path): path.value(in: item) != nil
        case .attributeNotExists(let path): path.value(in: item) == nil
        case .attributeType(let path, let kind): path.value(in: item)?.kind == kind
        case .beginsWith(let operand, let prefix):
            Self.begins(operand.value(in: item), with: prefix.value(in: item))
        case .contains(let operand, let part):
            Self.contains(operand.value(in: item), part.value(in: item))
        }
    }

    private static func begins(_ value: DynamoValue?, with prefix: DynamoValue?) -> Bool {
        switch (value, prefix) {
        case (.string(let text), .string(let start)): DynamoBytes.hasPrefix(text, start)
        case (.binary(let data), .binary(let start)): data.starts(with: start)
        default: false
        }
    }

    private static func contains(_ value: DynamoValue?, _ part: DynamoValue?) -> Bool {
        guard let value, let part else { return false }
        switch (value, part) {
        case (.string(let text), .string(let piece)): return DynamoBytes.contains(text, piece)
        case (.binary(let data), .binary(let piece)): return DynamoBytes.contains(data, piece)
        case (.stringSet(let members), .string(let text)):
            return members.contains { DynamoBytes.equal($0, text) }
        case (.numberSet(let members), .number(let number)): return members.contains(number)
        case (.binarySet(let members), .binary(let data)): return members.contains(data)
        case (.list(let elements), let element): return elements.contains(element)
        default: return false
        }
    }
}

extension DynamoComparator {
    /// A missing value equals nothing, so `<>` holds for it.
    func holds(_ left: DynamoValue?, _ right: DynamoValue?) -> Bool {
        switch self {
        case .equal: return left != nil && left == right
        case .notEqual: return left == nil || left != right
        case .less, .lessOrEqual, .greater, .greaterOrEqual: break
        }
        guard let left, let right, let order = left.order(to: right) else { return false }
        switch self {
        case .less: return order < 0
        case .lessOrEqual: return order <= 0
        case .greater: return order > 0
        case .greaterOrEqual: return order >= 0
        case .equal, .notEqual: return false
        }
    }
}

extension DynamoOperand {
    func value(in item: DynamoItem) -> DynamoValue? {
        switch self {
        case .path(let path): path.value(in: item)
        case .value(let value): value
        case .size(let path):
            path.value(in: item)?.measure.map { .number(DynamoNumber($0)) }
        }
    }
}

extension DynamoValue {
    /// What `size()` says: bytes of a string or binary, elements of a collection, nothing for the others.
    fileprivate var measure: Int? {
        switch self {
        case .string(let text): text.utf8.count
        case .binary(let data): data.count
        default: elementCount
        }
    }
}
