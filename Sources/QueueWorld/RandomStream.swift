import Foundation

/// Repeatable randomness of a made-up world.
struct RandomStream {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x2545_F491_4F6C_DD1D | 1 }

    /// Above 0 and below 1, by Vigna's xorshift64*.
    mutating func fraction() -> Double {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return (Double((state &* 0x2545_F491_4F6C_DD1D) >> 11) + 0.5) / Double(UInt64(1) << 53)
    }

    mutating func exponential(mean: Double) -> Double { -log(fraction()) * mean }

    mutating func chance(_ probability: Double) -> Bool { fraction() < probability }

    mutating func pick<Element>(_ choices: [(Element, weight: Double)], or usual: Element) -> Element {
        var left = fraction() * choices.map(\.weight).reduce(0, +)
        for (choice, weight) in choices {
            left -= weight
            if left <= 0 { return choice }
        }
        return usual
    }
}
