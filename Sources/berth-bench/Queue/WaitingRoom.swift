import Foundation
import Synchronization

/// Lets many tasks wait equally long, by one thread and one list for all of them.
///
/// 10,000 tasks that each call `Task.sleep` keep the runtime's timers so busy that these, not the queue, set the
/// pace on a small machine: the bench measures both without a queue, so that one sees how much.
final class WaitingRoom: Sendable {
    private struct Guest {
        let due: ContinuousClock.Instant
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        /// In the order of their ends, since all wait equally long.
        var guests: [Guest] = []
        var isClosed = false
    }

    private let length: Duration
    private let state = Mutex(State())

    init(_ length: Duration) {
        self.length = length
        Thread { self.serve() }.start()
    }

    /// Ends its thread, once nobody waits any more.
    func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Returns after the room's length, never earlier; can't be cancelled.
    func wait() async {
        await withCheckedContinuation { continuation in
            state.withLock {
                $0.guests.append(Guest(due: .now + length, continuation: continuation))
            }
        }
    }

    private func serve() {
        while let guests = arrived() {
            for guest in guests {
                while case let left = ContinuousClock.now.duration(to: guest.due), left > .zero {
                    Thread.sleep(forTimeInterval: left / .seconds(1))
                }
                guest.continuation.resume()
            }
            // Nobody who comes meanwhile is due before.
            if guests.isEmpty { Thread.sleep(forTimeInterval: length / .seconds(1) / 100) }
        }
    }

    private func arrived() -> [Guest]? {
        state.withLock { state in
            if state.guests.isEmpty, state.isClosed { return nil }
            defer { state.guests = [] }
            return state.guests
        }
    }
}
