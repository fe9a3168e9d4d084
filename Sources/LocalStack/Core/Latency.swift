import Foundation

/// How long something takes in the real service: log-normal, given by its median and its 99th percentile.
package struct Latency: Sendable, Hashable, Codable {
    package var median: Seconds
    /// A hundredth of all takes longer; equal to the median means that all take exactly so long.
    package var p99: Seconds

    package init(median: Duration, p99: Duration) {
        self.median = Seconds(median)
        self.p99 = Seconds(p99)
    }

    package static func always(_ duration: Duration) -> Latency {
        Latency(median: duration, p99: duration)
    }

    package static let none = Latency.always(.zero)

    /// The 99th percentile of the standard normal distribution.
    private static let deviations = 2.3263

    /// Draws one, never longer than twice the 99th percentile.
    package func draw(using generator: inout SeededGenerator) -> Duration {
        let middle = median.duration / .seconds(1)
        let high = p99.duration / .seconds(1)
        guard middle > 0, high > middle else { return median.duration }
        let spread = log(high / middle) / Self.deviations
        let drawn = middle * exp(spread * Self.normal(using: &generator))
        return .seconds(min(drawn, 2 * high))
    }

    /// A standard normal number, after Box and Muller.
    private static func normal(using generator: inout SeededGenerator) -> Double {
        let radius = sqrt(-2 * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &generator)))
        return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }
}
