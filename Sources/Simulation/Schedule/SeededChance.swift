import Reservations
import Synchronization

/// SplitMix64: a row of numbers that its seed alone determines.
package struct SeededNumbers: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Chance that repeats itself.
package final class SeededChance: Chance {
    private let numbers: Mutex<SeededNumbers>

    package init(seed: UInt64 = 1) { numbers = Mutex(SeededNumbers(seed: seed)) }

    package func bytes(_ count: Int) -> [UInt8] {
        numbers.withLock { numbers in
            (0..<count).map { _ in UInt8(truncatingIfNeeded: numbers.next() >> 32) }
        }
    }

    package func fraction() -> Double {
        numbers.withLock { Double($0.next() >> 11) / 9_007_199_254_740_992 }
    }
}
