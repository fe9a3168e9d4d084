/// Estimates waits by playing the queue many times over, with ends as they turned out in the past.
///
/// It is deterministic: the same scene and past give the same estimate.
package struct QueueEstimator: Sendable {
    /// So many possible futures are played.
    static let futures = 200

    /// Ends in the past as parts of the time that was planned, sorted.
    private let parts: [Double]
    private let calibration: EstimateCalibration

    /// An estimator that knows a past.
    ///
    /// - Parameters:
    ///   - past: servers that have ended, newest last; the last 2,000 count.
    ///   - calibration: how earlier estimates turned out.
    package init(past: [PastRun], calibration: EstimateCalibration = EstimateCalibration()) {
        parts = past.suffix(2_000)
            .filter { $0.planned > 0 && $0.actual >= 0 }
            .map { $0.actual / $0.planned }
            .sorted()
        self.calibration = calibration
    }

    /// The range for the last one that waits; nil if no node can ever have it.
    package func estimate(_ scene: QueueScene) -> QueueEstimate? {
        guard let waits = waits(in: scene) else { return nil }
        return QueueEstimate(
            p50: Self.quantile(calibration.level(0.5), of: waits),
            p90: Self.quantile(calibration.level(0.9), of: waits)
        )
    }

    /// The waits of all futures, sorted; nil if no node can ever have it.
    package func waits(in scene: QueueScene) -> [Double]? {
        guard let wanted = scene.waiting.last else { return [] }
        guard scene.nodes.values.contains(where: { $0 >= wanted.gpus }) else { return nil }
        var random = SmallRandom(seed: 0x9E37_79B9_7F4A_7C15)
        return (0..<Self.futures).map { _ in play(scene, &random) }.sorted()
    }

    /// One future: servers end as the past says, and the queue's head starts as soon as a node has room for it.
    private func play(_ scene: QueueScene, _ random: inout SmallRandom) -> Double {
        var free = scene.nodes
        var ends: [(at: Double, node: String, gpus: Int)] = []
        for one in scene.running {
            free[one.node, default: 0] -= one.gpus
            ends.append((end(of: one, at: scene.now, &random), one.node, one.gpus))
        }
        // Soonest last: taken off at the end.
        ends.sort { $0.at > $1.at }
        var now = scene.now
        for one in scene.waiting {
            // Who could never start is refused, and holds nobody up.
            guard scene.nodes.values.contains(where: { $0 >= one.gpus }) else { continue }
            var node = Self.node(for: one.gpus, free)
            while node == nil, let next = ends.popLast() {
                now = max(now, next.at)
                free[next.node, default: 0] += next.gpus
                node = Self.node(for: one.gpus, free)
            }
            guard let node else { break }
            free[node, default: 0] -= one.gpus
            let end = now + one.seconds * part(after: 0, &random)
            let place = ends.firstIndex { $0.at < end } ?? ends.endIndex
            ends.insert((end, node, one.gpus), at: place)
        }
        return max(0, now - scene.now)
    }

    /// The fullest node that has room, as promises are made.
    private static func node(for gpus: Int, _ free: [String: Int]) -> String? {
        free.filter { $0.value >= gpus }.min { ($0.value, $0.key) < ($1.value, $1.key) }?.key
    }

    private func end(of one: QueueScene.Running, at now: Double, _ random: inout SmallRandom) -> Double {
        let planned = one.expiresAt - one.since
        guard planned > 0 else { return now }
        return max(now, one.since + planned * part(after: (now - one.since) / planned, &random))
    }

    /// A part of the planned time at which a server ended in the past that had got so far.
    private func part(after gone: Double, _ random: inout SmallRandom) -> Double {
        var low = 0
        var high = parts.count
        while low < high {
            let middle = (low + high) / 2
            if parts[middle] <= gone { low = middle + 1 } else { high = middle }
        }
        // Hardly anybody got so far: it ends when it should, or soon if that is past.
        guard parts.count - low >= Self.fewest else { return max(1, gone + 0.05 * random.fraction()) }
        return parts[low + Int(random.fraction() * Double(parts.count - low))]
    }

    private static let fewest = 5

    /// Between the nearest ranks.
    static func quantile(_ level: Double, of sorted: [Double]) -> Double {
        guard let first = sorted.first, let last = sorted.last else { return 0 }
        let rank = level * Double(sorted.count) - 0.5
        guard rank > 0 else { return first }
        guard rank < Double(sorted.count - 1) else { return last }
        let below = Int(rank)
        return sorted[below] + (sorted[below + 1] - sorted[below]) * (rank - Double(below))
    }
}

/// SplitMix64, which is enough to draw futures and gives everybody the same ones.
struct SmallRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func fraction() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Double(mixed >> 11) / Double(UInt64(1) << 53)
    }
}
