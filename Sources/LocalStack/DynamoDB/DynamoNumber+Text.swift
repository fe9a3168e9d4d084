extension DynamoNumber {
    /// Reads `-12.50e3` and the like.
    ///
    /// Throws: `DynamoError` if the text is no number, has over 38 significant digits, or is out of range.
    package init(parsing text: String) throws {
        var scanner = DynamoNumberScanner(text: text)
        try scanner.scan()
        try self.init(
            isNegative: scanner.isNegative,
            coefficient: scanner.coefficient,
            exponent: scanner.exponent
        )
    }
}

extension DynamoNumber: CustomStringConvertible {
    /// Plain decimal notation without needless zeros.
    package var description: String {
        guard coefficient != 0 else { return "0" }
        let digits = String(coefficient)
        let sign = isNegative ? "-" : ""
        if exponent >= 0 { return sign + digits + String(repeating: "0", count: exponent) }
        let whole = digits.count + exponent
        if whole > 0 { return sign + digits.prefix(whole) + "." + digits.dropFirst(whole) }
        return sign + "0." + String(repeating: "0", count: -whole) + digits
    }
}

/// Takes a number's text apart, byte by byte.
private struct DynamoNumberScanner {
    let text: String
    private(set) var isNegative = false
    private(set) var coefficient: UInt128 = 0
    private(set) var exponent = 0
    private var digits = 0
    private var pendingZeros = 0
    private var fractionDigits = 0
    private var sawDigit = false

    /// An exponent beyond this is out of range whatever the digits are, and must not overflow on the way.
    private static let exponentCap = 1_000_000

    init(text: String) {
        self.text = text
    }

    mutating func scan() throws {
        var bytes = Array(text.utf8)[...]
        isNegative = takeSign(&bytes)
        try takeDigits(&bytes, areFraction: false)
        if bytes.first == UInt8(ascii: ".") {
            bytes.removeFirst()
            try takeDigits(&bytes, areFraction: true)
        }
        guard sawDigit else { throw notANumber }
        var power = 0
        if bytes.first == UInt8(ascii: "e") || bytes.first == UInt8(ascii: "E") {
            bytes.removeFirst()
            power = try takeExponent(&bytes)
        }
        guard bytes.isEmpty else { throw notANumber }
        exponent = power - fractionDigits + pendingZeros
    }

    private var notANumber: DynamoError {
        text.isEmpty
            ? .validation("The parameter cannot be converted to a numeric value")
            : .validation("The parameter cannot be converted to a numeric value: \(text)")
    }

    private func takeSign(_ bytes: inout ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") else {
            return false
        }
        bytes.removeFirst()
        return first == UInt8(ascii: "-")
    }

    private mutating func takeDigits(_ bytes: inout ArraySlice<UInt8>, areFraction: Bool) throws {
        while let byte = bytes.first, let digit = Self.digit(byte) {
            bytes.removeFirst()
            sawDigit = true
            if areFraction { fractionDigits += 1 }
            if digit == 0 {
                // Zeros count only once a digit follows that isn't one.
                if coefficient != 0 { pendingZeros += 1 }
                continue
            }
            digits += coefficient == 0 ? 1 : pendingZeros + 1
            guard digits <= DynamoNumber.maximumDigits else { throw DynamoError.tooManyDigits }
            for _ in 0..<(pendingZeros + 1) { coefficient *= 10 }
            coefficient += UInt128(digit)
            pendingZeros = 0
        }
    }

    private func takeExponent(_ bytes: inout ArraySlice<UInt8>) throws -> Int {
        let isNegative = takeSign(&bytes)
        guard !bytes.isEmpty else { throw notANumber }
        var power = 0
        while let byte = bytes.first, let digit = Self.digit(byte) {
            bytes.removeFirst()
            power = min(power * 10 + Int(digit), Self.exponentCap)
        }
        return isNegative ? -power : power
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? byte - UInt8(ascii: "0") : nil
    }
}
