import Logging
import Synchronization

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// What happened, in order, for a test to wait for.
final class Record<Item: Equatable & Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var waiters: [(isMet: @Sendable ([Item]) -> Bool, gate: Gate)] =
            []
    }

    private let state = Mutex(State())

    var items: [Item] { state.withLock { $0.items } }

    func add(_ item: Item) {
        let met = state.withLock { state in
            state.items.append(item)
            let items = state.items
            let met = state.waiters.filter { $0.isMet(items) }
            state.waiters.removeAll { $0.isMet(items) }
            return met
        }
        for waiter in met { waiter.gate.open() }
    }

    /// Returns when the condition is met, or the task cancelled.
    func until(_ isMet: @escaping @Sendable ([Item]) -> Bool) async {
        let gate = Gate()
        let isReady = state.withLock { state in
            if isMet(state.items) { return true }
            state.waiters.append((isMet, gate))
            return false
        }
        if !isReady { await gate.pass() }
    }

    func has(_ item: Item) async {
        await until { $0.contains(item) }
    }

    func count(_ count: Int) async {
        await until { $0.count >= count }
    }
}

/// Holds a task until it is opened, or the task is cancelled: a test that fails is not to hang.
final class Gate: Sendable {
    private let passing: AsyncStream<Void>
    private let opener: AsyncStream<Void>.Continuation

    init() {
        (passing, opener) = AsyncStream.makeStream()
    }

    func open() { opener.finish() }

    /// Returns when the gate is open, or the task cancelled.
    func pass() async {
        for await _ in passing {}
    }
}
