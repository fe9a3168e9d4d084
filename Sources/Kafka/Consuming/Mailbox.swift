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
        /// Since when something could have been taken and nothing was.
        var waitingSince: ContinuousClock.Instant?

        private var hasOpen: Bool {
            !control.isEmpty
                || topics.contains { topic, queue in !queue.isEmpty && !held.contains(topic) }
        }

        /// To be called after each change; what was taken counts anew.
        mutating func noteWaiting(hasTaken: Bool, _ now: Now) {
            if !hasOpen {
                waitingSince = nil
            } else if hasTaken || waitingSince == nil {
                waitingSince = now()
            }
        }

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
    private let now: Now

    /// A box with room for `capacity` messages of each topic.
    init(
        topics: [String],
        capacity: Int,
        now: @escaping Now = { .now },
        wake: @escaping @Sendable () -> Void
    ) {
        self.capacity = max(1, capacity)
        self.now = now
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
            state.noteWaiting(hasTaken: false, now)
        }
        wake()
    }

    func hold(_ topic: String) {
        state.withLock { state in
            state.held.insert(topic)
            state.noteWaiting(hasTaken: false, now)
        }
    }

    func release(_ topic: String) {
        update { $0.held.remove(topic) }
    }

    /// Since when something lies here that is not held, and nobody has taken anything; nil if nothing does.
    var waitingSince: ContinuousClock.Instant? {
        state.withLock { $0.waitingSince }
    }

    /// The offset of the oldest message of each partition that lies here.
    func oldest() -> [TopicPartition: Int64] {
        state.withLock { state in
            var oldest: [TopicPartition: Int64] = [:]
            for queue in state.topics.values {
                for message in queue.elements where oldest[message.topicPartition] == nil {
                    oldest[message.topicPartition] = message.offset
                }
            }
            return oldest
        }
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
            state.waitingSince = nil
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
                state.noteWaiting(hasTaken: true, now)
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
            guard let waiter = state.waiter, let event = state.take() else {
                state.noteWaiting(hasTaken: false, now)
                return nil
            }
            state.waiter = nil
            state.noteWaiting(hasTaken: true, now)
            return (waiter, event)
        }
        resumption?.0.resume(returning: .success(resumption?.1))
    }
}
