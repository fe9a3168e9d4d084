import DequeModule
package import Kafka
package import Logging

/// Takes messages from a consumer group and has them handled: in order within a key, many keys at once.
///
/// An offset is committed only when it and all below it are done. Order is kept within a topic; equal keys of
/// two topics may run side by side.
package actor WorkQueue {
    package typealias Handler = @Sendable (KafkaMessage) async -> HandlerOutcome

    let consumer: any WorkSource
    let policy: WorkQueuePolicy
    let deadLetters: DeadLetters
    let clock: any Clock<Duration>
    let chance: @Sendable () -> Double
    let logger: Logger
    let handler: Handler
    let elapsed: @Sendable () -> Duration
    /// Bounded by the policy's concurrency: a job is in it between its start and its handler's.
    let started: AsyncStream<Deque<TopicIntake.Job>>
    let starter: AsyncStream<Deque<TopicIntake.Job>>.Continuation
    /// Bounded by the policy's concurrency, too: between a handler's end and its job's.
    let endings = Endings()
    let commitMetrics = CommitMetrics()
    private var measured: [String: WorkQueueMetrics] = [:]
    private var life = WorkQueueStatus.Phase.idle
    /// When a stop is over; a second stop may bring it forward.
    private var stopEnd = Duration.zero
    /// A second stop has come, and its patience is at an end.
    private(set) var isHurried = false
    var intakes: [String: TopicIntake] = [:]
    var held: Set<String> = []
    var lastCommit: Duration?
    var refusedSince: Duration?
    /// Since when the last events have been worked on, rather than asked for.
    var busySince: Duration?
    var watchers: [Watcher] = []
    var lastWatcher = 0

    /// A queue over `topics`' messages, as `consumer` brings them.
    ///
    /// - Parameters:
    ///   - consumer: a `ConsumerGroupMember` that is not run by anybody else.
    ///   - policy: the limits.
    ///   - deadLetters: publishes what is given up; called again until it succeeds.
    ///   - clock: for back-off, commits and drains.
    ///   - chance: numbers from 0 to 1 that spread back-offs; by default none is spread.
    ///   - logger: told of what goes wrong, at info or below.
    ///   - handler: called for one message of a key at a time; it sees a body of whatever size. Others begin
    ///     when it first suspends, so that what computes for long belongs elsewhere.
    package init(
        consumer: any WorkSource,
        policy: WorkQueuePolicy = WorkQueuePolicy(),
        deadLetters: @escaping DeadLetters,
        clock: any Clock<Duration> = ContinuousClock(),
        chance: @escaping @Sendable () -> Double = { 1 },
        logger: Logger,
        handler: @escaping Handler
    ) {
        self.consumer = consumer
        self.policy = policy
        self.deadLetters = deadLetters
        self.clock = clock
        self.chance = chance
        self.logger = logger
        self.handler = handler
        elapsed = stopwatch(clock)
        (started, starter) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
    }

    /// Runs the consumer and the handlers until `stop`, a fatal error, or cancellation, which drains nothing.
    ///
    /// Runs once; a queue that was stopped before returns at once.
    /// - Throws: the consumer's `KafkaError`.
    package func run() async throws {
        switch life {
        case .idle: break
        case .over: return
        case .running, .stopping: throw KafkaError.coded(.state, "a queue runs once")
        }
        life = .running
        defer { life = .over }
        try await withThrowingTaskGroup(of: Loop.self) { group in
            group.addTask {
                try await self.consumer.run()
                return .consumer
            }
            group.addTask {
                try await self.takeEvents()
                return .events
            }
            group.addTask {
                await self.handleStarted()
                return .other
            }
            group.addTask {
                await self.commitRegularly()
                return .other
            }
            defer {
                starter.finish()
                group.cancelAll()
            }
            // The events end a moment before the consumer, which tells why.
            while try await group.next() == .events {}
        }
    }

    /// What runs beside each other; the end of any but the events is the end of all.
    private enum Loop {
        case consumer, events, other
    }

    /// Tells the queue whether the owner can take more of a topic; what has begun goes on.
    package func setFull(_ isFull: Bool, topic: String) {
        intakes[topic, default: TopicIntake(policy)].isFull = isFull
        steer(topic)
    }

    package func pause(topic: String) {
        setFull(true, topic: topic)
    }

    package func resume(topic: String) {
        setFull(false, topic: topic)
    }

    /// Begins nothing new, waits for what runs, commits, and leaves the group; `run` returns when that is
    /// done.
    ///
    /// What has not begun comes again to another member. What still runs after two thirds of the time does,
    /// too: the rest is for the commit and the leave.
    ///
    /// A second call brings the end forward, if it is in more of a hurry: with `.zero`, to now. What runs then is
    /// cancelled with `run`.
    package func stop(within limit: Duration) async {
        let end = elapsed() + limit
        switch life {
        case .idle:
            life = .over
        case .running:
            life = .stopping
            stopEnd = end
            for topic in intakes.keys {
                intakes[topic]?.drain { _ in true }
                steer(topic)
            }
            await wait(limit * 2 / 3) { queue in queue.isHurried || queue.isIdle }
            await leave()
        case .stopping:
            stopEnd = min(stopEnd, end)
            await wait(limit * 2 / 3) { queue in queue.isIdle }
            isHurried = true
            wakeWatchers()
            await leave()
        case .over:
            return
        }
    }

    private var isIdle: Bool { !intakes.values.contains { $0.isRunning { _ in true } } }

    private func leave() async {
        await commit(within: max(.milliseconds(1), stopEnd - elapsed()))
        consumer.close(within: max(.zero, stopEnd - elapsed()))
    }

    package func status() -> WorkQueueStatus {
        let now = elapsed()
        return WorkQueueStatus(
            phase: life,
            topics: intakes.mapValues { $0.status(at: now) },
            oldestRun: intakes.values.compactMap { $0.oldestRun(at: now) }.max(),
            sinceAsked: busySince.map { now - $0 },
            sinceCommit: lastCommit.map { now - $0 },
            refusedFor: refusedSince.map { now - $0 }
        )
    }

    /// A topic's measurements, made with its first.
    func metrics(of topic: String) -> WorkQueueMetrics {
        if let metrics = measured[topic] { return metrics }
        let metrics = WorkQueueMetrics(topic: topic)
        measured[topic] = metrics
        return metrics
    }

    var isStopping: Bool {
        switch life {
        case .stopping, .over: true
        case .idle, .running: false
        }
    }

    /// Makes the consumer hold or release a topic, as its load and the owner want it.
    func steer(_ topic: String) {
        let wanted = isStopping || intakes[topic]?.isHeld == true
        guard wanted != held.contains(topic) else { return }
        if wanted {
            held.insert(topic)
            consumer.pause(topic: topic)
        } else {
            held.remove(topic)
            consumer.resume(topic: topic)
        }
    }
}

/// A monotone reading of a clock, from now on.
private func stopwatch<C: Clock>(_ clock: C) -> @Sendable () -> Duration where C.Duration == Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
}
