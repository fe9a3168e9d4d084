/// How earlier estimates turned out: where in the futures that were played the truth lay.
///
/// Were the futures drawn as the world draws, the truth would lie under their median half the time. Where it
/// lies there more seldom, a higher level of the futures stands for the median from then on.
package struct EstimateCalibration: Sendable {
    /// The latest so many count.
    static let window = 150
    /// As if so many had turned out as they should: few estimates prove little.
    static let prior = 10

    /// Oldest first: the level of the futures that the truth stood at.
    private var places: [Double] = []

    package init() {}

    /// Learns what became of an estimate.
    ///
    /// - Parameters:
    ///   - waits: the futures that it was made from, sorted.
    ///   - truth: the wait as it turned out, in seconds.
    package mutating func learn(_ waits: [Double], truth: Double) {
        guard !waits.isEmpty else { return }
        // Many servers end just when they should, so that many futures are alike: it is the lowest level that
        // would have held the truth.
        let below = waits.count { $0 < truth }
        places.append((Double(below) + 0.5) / Double(waits.count))
        if places.count > Self.window { places.removeFirst(places.count - Self.window) }
    }

    /// Which level of the futures holds so many of the truths.
    func level(_ wanted: Double) -> Double {
        let prior = (0..<Self.prior).map { (Double($0) + 0.5) / Double(Self.prior) }
        return QueueEstimator.quantile(wanted, of: (places + prior).sorted())
    }
}
