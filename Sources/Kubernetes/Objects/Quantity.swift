/// An amount as Kubernetes writes it: `4`, `500m`, `0.5`, `200Gi`, `12e6`.
///
/// Equal when written alike; compare `wholeUnits` or `milliUnits` to compare amounts.
package struct Quantity: Sendable, Hashable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package init(_ count: some BinaryInteger) {
        text = "\(count)"
    }

    /// The amount rounded up to a whole number; nil if it isn't one or is too large.
    package var wholeUnits: Int64? { scaled(thousandths: false) }

    /// The amount in thousandths, rounded up; nil if it isn't one or is too large.
    package var milliUnits: Int64? { scaled(thousandths: true) }

    private func scaled(thousandths: Bool) -> Int64? {
        guard let parsed = Parsed(text), let factor = parsed.suffix else { return nil }
        var tens = factor.tens - parsed.fractionDigits + (thousandths ? 3 : 0)
        var value = parsed.digits
        let (binary, overflow) = value.multipliedReportingOverflow(by: factor.binary)
        guard !overflow else { return nil }
        value = binary
        while tens > 0, value != 0 {
            let (next, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            (value, tens) = (next, tens - 1)
        }
        var remainder = false
        while tens < 0, value != 0 {
            remainder = remainder || value % 10 != 0
            (value, tens) = (value / 10, tens + 1)
        }
        if remainder && !parsed.negative {
            let (up, overflow) = value.addingReportingOverflow(1)
            guard !overflow else { return nil }
            value = up
        }
        return parsed.negative ? -value : value
    }

    /// Sign, digits and suffix, taken apart.
    private struct Parsed {
        var negative = false
        var digits: Int64 = 0
        var fractionDigits = 0
        var suffixText: Substring

        /// Nil for anything but a number of at most 18 digits and a suffix.
        init?(_ text: String) {
            var rest = text[...]
            if let sign = rest.first, sign == "-" || sign == "+" {
                negative = sign == "-"
                rest = rest.dropFirst()
            }
            var count = 0
            var inFraction = false
            while let character = rest.first {
                if character == ".", !inFraction {
                    inFraction = true
                } else if character.isASCII, let digit = character.wholeNumberValue {
                    count += 1
                    guard count <= 18 else { return nil }
                    digits = digits * 10 + Int64(digit)
                    fractionDigits += inFraction ? 1 : 0
                } else {
                    break
                }
                rest = rest.dropFirst()
            }
            guard count > 0 else { return nil }
            suffixText = rest
        }

        /// What the suffix multiplies by: a power of two, and a power of ten.
        var suffix: (binary: Int64, tens: Int)? {
            if let tens = Self.decimal[suffixText] { return (1, tens) }
            if let shift = Self.binary[suffixText] { return (Int64(1) << shift, 0) }
            guard suffixText.first == "e" || suffixText.first == "E" else { return nil }
            guard let exponent = Int(suffixText.dropFirst()), abs(exponent) <= 30 else { return nil }
            return (1, exponent)
        }

        static let decimal: [Substring: Int] = [
            "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
        ]
        static let binary: [Substring: Int] = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60]
    }
}

extension Quantity: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self.init(text)
        } else {
            self.init(try container.decode(Int64.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Quantity: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    package init(stringLiteral value: String) {
        self.init(value)
    }

    package init(integerLiteral value: Int64) {
        self.init(value)
    }
}
