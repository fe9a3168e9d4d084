import Synchronization

/// Between a client's thread, which fills it, and one task, which empties it.
///
/// Bounded per topic: the thread looks at `room` before it takes a message from the library. What happens to
/// partitions overtakes messages, and a held topic's messages stay where they are.
final class Mailbox: Sendable {
    private struct State {
        var control = FIFO<ConsumerEvent>()
        var topics: [String: FIFO<KafkaMessage>] = [:]
        /// Whose turn is next comes first.
        var turn: [String]
        var held: Set<String> = []
        var waiter: CheckedContinuation<Result<ConsumerEvent?, KafkaError>, Never>?
        var end: Result<Void, KafkaError>?

        mutating func take() -> ConsumerEvent? {
            if let event = control.popFirst() { return event }
            for (index, topic) in turn.enumerated() where !held.contains(topic) {
                guard let message = topics[topic]?.popFirst() else { continue }
                turn.remove(at: index)
                turn.append(topic)
                return .message(message)
            }
            return nil
        }
    }

    let capacity: Int
    private let state: Mutex<State>
    /// Called when a topic has room again.
    private let wake: @Sendable () -> Void

    /// A box with room for `capacity` messages of each topic.
    init(topics: [String], capacity: Int, wake: @escaping @Sendable () -> Void) {
        self.capacity = max(1, capacity)
        self.wake = wake
        state = Mutex(State(turn: topics))
    }

    func room(_ topic: String) -> Int {
        state.withLock { capacity - ($0.topics[topic]?.count ?? 0) }
    }

    func put(_ message: KafkaMessage) {
        update { state in
            if !state.turn.contains(message.topic) { state.turn.append(message.topic) }
            state.topics[message.topic, default: FIFO()].append(message)
        }
    }

    func put(_ event: ConsumerEvent) {
        update { $0.control.append(event) }
    }

    /// Forgets the messages of partitions that go.
    func drop(_ partitions: [TopicPartition]) {
        let gone = Set(partitions)
        state.withLock { state in
            for topic in Set(partitions.map(\.topic)) {
                state.topics[topic]?.removeAll { gone.contains($0.topicPartition) }
            }
        }
        wake()
    }

    func hold(_ topic: String) {
        state.withLock { _ = $0.held.insert(topic) }
    }

    func release(_ topic: String) {
        update { $0.held.remove(topic) }
    }

    func isHeld(_ topic: String) -> Bool {
        state.withLock { $0.held.contains(topic) }
    }

    /// What has come goes; who waits gets nil, or the error.
    func finish(_ end: Result<Void, KafkaError>) {
        let waiter = state.withLock { state in
            if state.end == nil { state.end = end }
            state.control = FIFO()
            state.topics = [:]
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: end.map { nil })
    }

    /// The next event; nil at the end, or when the waiting task is cancelled.
    ///
    /// For one task at a time.
    func next() async throws(KafkaError) -> ConsumerEvent? {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (ready, hasRoom) = poll(continuation)
                if hasRoom { wake() }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume(returning: .success(nil))
        }
        return try result.get()
    }

    private func poll(
        _ continuation: CheckedContinuation<Result<ConsumerEvent?, KafkaError>, Never>
    ) -> (ready: Result<ConsumerEvent?, KafkaError>?, hasRoom: Bool) {
        state.withLock { state in
            if let event = state.take() {
                guard case .message(let message) = event else { return (.success(event), false) }
                // Woken once per half a box, not once per message.
                return (.success(event), state.topics[message.topic]?.count == capacity / 2)
            }
            if let end = state.end { return (end.map { nil }, false) }
            if Task.isCancelled { return (.success(nil), false) }
            if state.waiter != nil {
                return (.failure(.coded(.state, "two tasks wait for the events of one consumer")), false)
            }
            state.waiter = continuation
            return (nil, false)
        }
    }

    private func update(_ change: (inout State) -> Void) {
        let resumption = state.withLock {
            state -> (CheckedContinuation<Result<ConsumerEvent?, KafkaError>, Never>, ConsumerEvent)? in
            guard state.end == nil else { return nil }
            change(&state)
            guard let waiter = state.waiter, let event = state.take() else { return nil }
            state.waiter = nil
            return (waiter, event)
        }
        resumption?.0.resume(returning: .success(resumption?.1))
    }
}
