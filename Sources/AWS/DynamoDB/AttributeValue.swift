package import Foundation

/// A value as DynamoDB keeps it.
package enum AttributeValue: Sendable, Hashable {
    case s(String)
    /// A number as its digits: DynamoDB keeps 38 of them, more than a `Double`.
    case n(String)
    case b(Data)
    case bool(Bool)
    case null
    case l([AttributeValue])
    case m([String: AttributeValue])
    /// Sets: never empty, without order, without repeats.
    case ss([String])
    case ns([String])
    case bs([Data])
}

/// A row, or its key: attribute names and values.
package typealias Item = [String: AttributeValue]

extension AttributeValue {
    package static func n(_ number: some BinaryInteger) -> AttributeValue { .n(String(number)) }

    package var string: String? {
        guard case .s(let text) = self else { return nil }
        return text
    }

    /// The number, if it is one and a whole one that fits.
    package var integer: Int? {
        guard case .n(let digits) = self else { return nil }
        return Int(digits)
    }

    /// The number's digits as DynamoDB sent them.
    package var number: String? {
        guard case .n(let digits) = self else { return nil }
        return digits
    }

    package var double: Double? {
        guard case .n(let digits) = self else { return nil }
        return Double(digits)
    }

    package var boolean: Bool? {
        guard case .bool(let flag) = self else { return nil }
        return flag
    }

    package var list: [AttributeValue]? {
        guard case .l(let values) = self else { return nil }
        return values
    }

    package var map: [String: AttributeValue]? {
        guard case .m(let values) = self else { return nil }
        return values
    }

    package var stringSet: Set<String>? {
        guard case .ss(let values) = self else { return nil }
        return Set(values)
    }
}
