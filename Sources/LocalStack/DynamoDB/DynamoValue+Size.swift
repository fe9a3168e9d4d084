/// Sizes by the rules of the Developer Guide, "Item sizes and formats".
extension DynamoValue {
    /// In bytes.
    var size: Int {
        switch self {
        case .string(let text): text.utf8.count
        case .number(let number): Self.size(of: number)
        case .binary(let data): data.count
        case .bool, .null: 1
        case .list(let elements): elements.reduce(3) { $0 + 1 + $1.size }
        case .map(let entries): entries.reduce(3) { $0 + 1 + $1.key.utf8.count + $1.value.size }
        case .stringSet(let texts): texts.reduce(0) { $0 + $1.utf8.count }
        case .numberSet(let numbers): numbers.reduce(0) { $0 + Self.size(of: $1) }
        case .binarySet(let parts): parts.reduce(0) { $0 + $1.count }
        }
    }

    /// About one byte for two digits, and one more; the service says no more than that.
    private static func size(of number: DynamoNumber) -> Int {
        (number.digits + 1) / 2 + 1 + (number.isNegative ? 1 : 0)
    }

    /// How many levels of lists and maps there are.
    var depth: Int {
        switch self {
        case .list(let elements): 1 + (elements.map(\.depth).max() ?? 0)
        case .map(let entries): 1 + (entries.values.map(\.depth).max() ?? 0)
        default: 0
        }
    }
}

extension DynamoItem {
    /// In bytes, with the names.
    var size: Int {
        reduce(0) { $0 + $1.key.utf8.count + $1.value.size }
    }
}
