extension DynamoNumber {
    var negated: DynamoNumber {
        get throws {
            try DynamoNumber(isNegative: !isNegative, coefficient: coefficient, exponent: exponent)
        }
    }

    /// The exact sum.
    ///
    /// The service calls a sum that needs more than 38 digits an overflow too, and never rounds.
    /// Throws: `DynamoError` in that case, and if the sum lies outside the range.
    func adding(_ other: DynamoNumber) throws -> DynamoNumber {
        if coefficient == 0 { return other }
        if other.coefficient == 0 { return self }
        let low = min(exponent, other.exponent)
        // A coefficient that doesn't fit into 128 bits stays above 38 digits whatever is added to it.
        guard let left = stretched(to: low), let right = other.stretched(to: low) else {
            throw DynamoError.numberOverflow
        }
        guard isNegative != other.isNegative else {
            let (sum, overflow) = left.addingReportingOverflow(right)
            guard !overflow else { throw DynamoError.numberOverflow }
            return try Self.result(isNegative, sum, low)
        }
        if left >= right { return try Self.result(isNegative, left - right, low) }
        return try Self.result(other.isNegative, right - left, low)
    }

    func subtracting(_ other: DynamoNumber) throws -> DynamoNumber {
        try adding(other.negated)
    }

    private static func result(_ isNegative: Bool, _ coefficient: UInt128, _ exponent: Int) throws
        -> DynamoNumber
    {
        do {
            return try DynamoNumber(isNegative: isNegative, coefficient: coefficient, exponent: exponent)
        } catch let error as DynamoError where error == .tooManyDigits {
            throw DynamoError.numberOverflow
        }
    }

    private func stretched(to low: Int) -> UInt128? {
        guard let scale = Self.power(exponent - low) else { return nil }
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: scale)
        return overflow ? nil : product
    }
}
