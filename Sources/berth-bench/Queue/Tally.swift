import Synchronization

/// What handlers on many threads count, and when the first began.
final class Tally: Sendable {
    private let count = Atomic<Int>(0)
    private let begun = Mutex<Usage?>(nil)
    private let samples = Mutex<[Double]>([])

    var start: Usage? { begun.withLock { $0 } }
    var total: Int { count.load(ordering: .relaxed) }
    var times: [Double] { samples.withLock { $0 } }

    /// Counts one, and returns how many there are with it.
    func add() -> Int {
        let number = count.add(1, ordering: .relaxed).newValue
        if number == 1 { begun.withLock { $0 = .now() } }
        return number
    }

    func add(time: Double) -> Int {
        samples.withLock { $0.append(time) }
        return add()
    }
}
