/// A decimal number of at most 38 digits, as DynamoDB keeps it.
///
/// The value is `coefficient × 10^exponent`, negated if negative. The coefficient never ends in a zero, and zero
/// has one representation, so that equal numbers are equal structs. 38 digits fit into 128 bits.
/// Source: DynamoDB Developer Guide, "Naming rules and data types", Number.
package struct DynamoNumber: Sendable, Hashable {
    let isNegative: Bool
    let coefficient: UInt128
    let exponent: Int

    static let maximumDigits = 38
    static let magnitudes = -130...125
    static let zero = DynamoNumber(isNegative: false, canonical: 0, exponent: 0)

    private init(isNegative: Bool, canonical coefficient: UInt128, exponent: Int) {
        self.isNegative = isNegative
        self.coefficient = coefficient
        self.exponent = exponent
    }

    package init(_ value: Int) {
        var coefficient = UInt128(value.magnitude)
        var exponent = 0
        while coefficient != 0, coefficient % 10 == 0 {
            coefficient /= 10
            exponent += 1
        }
        self.init(isNegative: value < 0, canonical: coefficient, exponent: exponent)
    }

    /// Trims zeros and checks the bounds.
    ///
    /// Throws: `DynamoError` if the number needs more than 38 digits or lies outside the range.
    init(isNegative: Bool, coefficient: UInt128, exponent: Int) throws {
        guard coefficient != 0 else {
            self = .zero
            return
        }
        var coefficient = coefficient
        var exponent = exponent
        while coefficient % 10 == 0 {
            coefficient /= 10
            exponent += 1
        }
        let digits = Self.digits(of: coefficient)
        guard digits <= Self.maximumDigits else { throw DynamoError.tooManyDigits }
        let magnitude = exponent + digits - 1
        guard magnitude <= Self.magnitudes.upperBound else { throw DynamoError.numberOverflow }
        guard magnitude >= Self.magnitudes.lowerBound else { throw DynamoError.numberUnderflow }
        self.init(isNegative: isNegative, canonical: coefficient, exponent: exponent)
    }

    /// How many decimal digits the coefficient has; zero has one.
    var digits: Int { Self.digits(of: coefficient) }

    /// The power of ten of the leading digit.
    var magnitude: Int { exponent + digits - 1 }

    static func digits(of coefficient: UInt128) -> Int {
        var count = 1
        var rest = coefficient
        while rest >= 10_000_000_000 {
            rest /= 10_000_000_000
            count += 10
        }
        var small = UInt64(rest)
        while small >= 10 {
            small /= 10
            count += 1
        }
        return count
    }

    /// Ten to that power, or nil if it doesn't fit.
    static func power(_ exponent: Int) -> UInt128? {
        guard (0...maximumDigits).contains(exponent) else { return nil }
        var result: UInt128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }

    /// The whole number, or nil if it isn't one or doesn't fit.
    package var integer: Int? {
        guard exponent >= 0, let scale = Self.power(exponent) else { return nil }
        let (product, overflow) = coefficient.multipliedReportingOverflow(by: scale)
        guard !overflow, let whole = Int(exactly: product) else { return nil }
        return isNegative ? -whole : whole
    }
}

extension DynamoNumber: Comparable {
    package static func < (left: DynamoNumber, right: DynamoNumber) -> Bool {
        left.order(to: right) < 0
    }

    private func order(to other: DynamoNumber) -> Int {
        if sign != other.sign { return sign < other.sign ? -1 : 1 }
        guard sign != 0 else { return 0 }
        return isNegative ? -absoluteOrder(to: other) : absoluteOrder(to: other)
    }

    private var sign: Int { coefficient == 0 ? 0 : (isNegative ? -1 : 1) }

    private func absoluteOrder(to other: DynamoNumber) -> Int {
        let (mine, theirs) = (digits, other.digits)
        let (high, otherHigh) = (exponent + mine - 1, other.exponent + theirs - 1)
        if high != otherHigh { return high < otherHigh ? -1 : 1 }
        // The same leading power: stretched to the same number of digits, the coefficients decide.
        let width = max(mine, theirs)
        let left = coefficient * (Self.power(width - mine) ?? 1)
        let right = other.coefficient * (Self.power(width - theirs) ?? 1)
        return left == right ? 0 : (left < right ? -1 : 1)
    }
}
