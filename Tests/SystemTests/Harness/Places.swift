import Foundation
import Synchronization

/// Places for stacks: as many run at once as two cores bear, each with a pod network of its own.
///
/// `BERTH_TEST_STACKS` says how many; `BERTH_TEST_POD_NETWORK` is the first network's number.
final class Places: Sendable {
    private struct State {
        var free: [Int]
        var waiting: [CheckedContinuation<Int, Never>] = []
    }

    static let shared = Places()

    private let state: Mutex<State>

    private init() {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["BERTH_TEST_STACKS"].flatMap(Int.init) ?? 3
        let first = environment["BERTH_TEST_POD_NETWORK"].flatMap(Int.init) ?? 201
        // A stack takes two networks: its pods' and its nodes'.
        state = Mutex(State(free: (0..<max(1, min(count, 16))).map { first + 2 * $0 }))
    }

    /// Waits for a place; returns the number of its network.
    func take() async -> Int {
        await withCheckedContinuation { continuation in
            let number = state.withLock { state in
                guard let number = state.free.popLast() else {
                    state.waiting.append(continuation)
                    return Int?.none
                }
                return number
            }
            if let number { continuation.resume(returning: number) }
        }
    }

    func give(back number: Int) {
        let next = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free.append(number)
                return CheckedContinuation<Int, Never>?.none
            }
            return state.waiting.removeFirst()
        }
        next?.resume(returning: number)
    }
}
