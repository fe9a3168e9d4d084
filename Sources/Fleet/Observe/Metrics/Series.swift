import Metrics
import Synchronization

/// One number that grows, or goes up and down: a series of a counter or a gauge.
final class NumberSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler {
    private let number = Mutex(0.0)

    var value: Double { number.withLock { $0 } }

    func increment(by amount: Int64) { increment(by: Double(amount)) }

    func increment(by amount: Double) { number.withLock { $0 += amount } }

    func decrement(by amount: Double) { number.withLock { $0 -= amount } }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { number.withLock { $0 = value } }

    /// A recorder that doesn't aggregate is a gauge.
    func record(_ value: Int64) { set(Double(value)) }

    func record(_ value: Double) { set(value) }

    func reset() { number.withLock { $0 = 0 } }
}

/// A distribution in fixed buckets.
final class HistogramSeries: RecorderHandler, TimerHandler {
    struct State {
        /// How many fell into each bucket, not added up; the last is for what is beyond all bounds.
        var buckets: [Int]
        var sum = 0.0
    }

    /// Upper bounds: from 5 ms, a call, to half an hour, a reservation in trouble.
    private static let seconds = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800,
    ]
    /// Upper bounds of how many times longer something took than it had to.
    private static let ratios = [1.02, 1.05, 1.1, 1.2, 1.5, 2, 3, 5, 10]

    let bounds: [Double]
    private let content: Mutex<State>

    /// An empty distribution whose buckets fit what the name measures.
    init(_ name: String) {
        bounds = name.hasSuffix("_ratio") ? Self.ratios : Self.seconds
        content = Mutex(State(buckets: Array(repeating: 0, count: bounds.count + 1)))
    }

    var state: State { content.withLock { $0 } }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        content.withLock { state in
            state.buckets[index] += 1
            state.sum += value
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
