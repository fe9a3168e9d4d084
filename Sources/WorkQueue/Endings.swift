import Synchronization

/// A handler's good end, on its way to the queue.
struct Ending: Sendable {
    let topic: String
    let ticket: Ticket
    let outcome: WorkQueueMetrics.Outcome
}

/// Ends of handlers that the queue hasn't heard of; bounded by its concurrency, since each holds its slot.
final class Endings: Sendable {
    private struct State {
        var list: [Ending] = []
        /// Somebody is going to take them in any case.
        var isExpected = false
    }

    /// So many are told at once at the latest: their lanes wait.
    private static let most = 64

    private let state = Mutex(State())

    /// While they are expected whoever ends need not tell; whoever expected them takes them when it no longer
    /// does.
    func expect(_ isExpected: Bool) {
        state.withLock { $0.isExpected = isExpected }
    }

    /// Returns whether whoever ends is to tell the queue, of all that are here.
    func add(_ ending: Ending) -> Bool {
        state.withLock { state in
            state.list.append(ending)
            return state.isExpected ? state.list.count % Self.most == 0 : state.list.count == 1
        }
    }

    func takeAll() -> [Ending] {
        state.withLock { state in
            defer { state.list = [] }
            return state.list
        }
    }
}
