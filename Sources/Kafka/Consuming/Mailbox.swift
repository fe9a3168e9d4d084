import Synchronization

/// Between a client's thread, which fills it, and one task, which empties it.
///
/// Bounded per topic: the thread looks at `room` before it takes messages from the library. What happens to
/// partitions overtakes messages, and a held topic's messages stay where they are. Messages come and go in
/// batches, since a lock and a switch of threads for each would cost more than all else.
final class Mailbox: Sendable {
    private typealias Outcome = Result<ConsumerBatch?, KafkaError>

    private struct Waiter {
        let continuation: CheckedContinuation<Outcome, Never>
        let count: Int
    }

    private struct State {
        var content: MailboxState
        var waiter: Waiter?
        var end: Result<Void, KafkaError>?

        /// Takes what lies ready, and tells whether the filler is to be woken.
        mutating func take(atMost count: Int, _ now: Now) -> (ConsumerBatch?, isToWake: Bool) {
            let batch = content.take(atMost: count)
            content.noteWaiting(hasTaken: batch != nil, now)
            return (batch, batch != nil && content.isToWake())
        }
    }

    let capacity: Int
    private let state: Mutex<State>
    /// Called when a topic that was full has room again, once half of it is empty.
    private let wake: @Sendable () -> Void
    private let now: Now

    /// A box with room for `capacity` messages of each topic, as long as those weigh less than `bytes`.
    init(
        topics: [String],
        capacity: Int,
        bytes: Int = 4 << 20,
        now: @escaping Now = { .now },
        wake: @escaping @Sendable () -> Void
    ) {
        self.capacity = max(1, capacity)
        self.now = now
        self.wake = wake
        let limits = MailboxState.Limits(messages: self.capacity, bytes: max(1, bytes))
        state = Mutex(State(content: MailboxState(topics: topics, limits: limits)))
    }

    /// Messages of the topic that may be put now.
    func room(_ topic: String) -> Int {
        state.withLock { $0.content.room(topic) }
    }

    /// Messages of the topic that lie here.
    func count(_ topic: String) -> Int {
        state.withLock { $0.content.count(topic) }
    }

    func put(_ message: KafkaMessage) {
        put([message], bytes: message.weight)
    }

    /// Takes in messages of one topic, which weigh so much.
    func put(_ messages: [KafkaMessage], bytes: Int) {
        guard !messages.isEmpty else { return }
        update { $0.put(messages, bytes: bytes) }
    }

    func put(_ event: ConsumerEvent) {
        update { $0.put(event) }
    }

    /// Forgets the messages of partitions that go.
    func drop(_ partitions: [TopicPartition]) {
        state.withLock { state in
            state.content.drop(partitions)
            state.content.noteWaiting(hasTaken: false, now)
        }
        wake()
    }

    func hold(_ topic: String) {
        state.withLock { state in
            state.content.hold(topic, true)
            state.content.noteWaiting(hasTaken: false, now)
        }
    }

    func release(_ topic: String) {
        update { $0.hold(topic, false) }
    }

    /// Since when something lies here that is not held, and nobody has taken anything; nil if nothing does.
    var waitingSince: ContinuousClock.Instant? {
        state.withLock { $0.content.waitingSince }
    }

    /// The offset of the oldest message of each partition that lies here.
    func oldest() -> [TopicPartition: Int64] {
        state.withLock { $0.content.oldest() }
    }

    func isHeld(_ topic: String) -> Bool {
        state.withLock { $0.content.isHeld(topic) }
    }

    /// What has come goes; who waits gets nothing, or the error.
    func finish(_ end: Result<Void, KafkaError>) {
        let waiter = state.withLock { state in
            if state.end == nil { state.end = end }
            state.content.clear()
            return state.waiter.take()
        }
        waiter?.continuation.resume(returning: end.map { nil })
    }

    /// The next event; nil at the end, or when the waiting task is cancelled.
    ///
    /// For one task at a time. One that lies ready costs no suspension; and since none is handed over before it
    /// is asked for, none comes after its topic was held, its partition moved or given up.
    func next() async throws(KafkaError) -> ConsumerEvent? {
        let (ready, isToWake) = state.withLock { state -> (ConsumerEvent?, Bool) in
            guard let event = state.content.take() else { return (nil, false) }
            state.content.noteWaiting(hasTaken: true, now)
            return (event, state.content.isToWake())
        }
        if isToWake { wake() }
        if let ready { return ready }
        return switch try await next(atMost: 1) {
        case .messages(let messages): messages.first.map { .message($0) }
        case .turn(let event): event
        case nil: nil
        }
    }

    /// The next messages in order, as many as lie ready and at least one, or what happens to partitions; nil at
    /// the end, or when the waiting task is cancelled.
    ///
    /// For one task at a time.
    func next(atMost count: Int) async throws(KafkaError) -> ConsumerBatch? {
        let count = max(1, count)
        let (ready, isToWake) = state.withLock { $0.take(atMost: count, now) }
        if isToWake { wake() }
        if let ready { return ready }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (ready, isToWake) = poll(Waiter(continuation: continuation, count: count))
                if isToWake { wake() }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let waiter = state.withLock { $0.waiter.take() }
            waiter?.continuation.resume(returning: .success(nil))
        }
        return try result.get()
    }

    private func poll(_ waiter: Waiter) -> (ready: Outcome?, isToWake: Bool) {
        state.withLock { state in
            let (batch, isToWake) = state.take(atMost: waiter.count, now)
            if let batch { return (.success(batch), isToWake) }
            if let end = state.end { return (end.map { nil }, false) }
            if Task.isCancelled { return (.success(nil), false) }
            if state.waiter != nil {
                return (.failure(.coded(.state, "two tasks wait for the events of one consumer")), false)
            }
            state.waiter = waiter
            return (nil, false)
        }
    }

    private func update(_ change: (inout MailboxState) -> Void) {
        let (waiter, batch, isToWake) = state.withLock { state -> (Waiter?, ConsumerBatch?, Bool) in
            guard state.end == nil else { return (nil, nil, false) }
            change(&state.content)
            guard let waiter = state.waiter else {
                state.content.noteWaiting(hasTaken: false, now)
                return (nil, nil, false)
            }
            let (batch, isToWake) = state.take(atMost: waiter.count, now)
            return (batch == nil ? nil : state.waiter.take(), batch, isToWake)
        }
        if isToWake { wake() }
        waiter?.continuation.resume(returning: .success(batch))
    }
}
