extension DynamoValue {
    /// Negative, zero or positive, as this value comes before, with or after the other; nil unless both are
    /// strings, numbers or binaries of the same type.
    func order(to other: DynamoValue) -> Int? {
        switch (self, other) {
        case (.string(let a), .string(let b)): DynamoBytes.compare(a, b)
        case (.number(let a), .number(let b)): a == b ? 0 : (a < b ? -1 : 1)
        case (.binary(let a), .binary(let b)): DynamoBytes.compare(a, b)
        default: nil
        }
    }
}
