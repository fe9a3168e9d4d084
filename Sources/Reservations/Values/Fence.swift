/// How often a row has changed hands.
///
/// It only grows; a decision under a lower one is refused.
package struct Fence: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    package let number: Int

    package init(_ number: Int) { self.number = number }

    package static let none = Fence(0)

    package var next: Fence { Fence(number + 1) }

    package init(from decoder: any Decoder) throws {
        number = try decoder.singleValueContainer().decode(Int.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(number)
    }

    package var description: String { String(number) }

    package static func < (left: Fence, right: Fence) -> Bool { left.number < right.number }
}
