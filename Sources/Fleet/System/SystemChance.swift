import Reservations

/// The kernel's randomness.
package struct SystemChance: Chance {
    package init() {}

    package func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<max(0, count)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    package func fraction() -> Double { Double.random(in: 0..<1) }
}
