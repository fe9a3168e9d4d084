package import Logging

/// A member of a consumer group, from joining to leaving.
///
/// Nothing is committed but by `commit`, except that a committed offset above the log's end is taken back to where
/// reading goes on. A topic that is paused is not taken from the library, which goes on
/// being polled, so that no pause costs the membership.
package final class ConsumerGroupMember: Sendable {
    /// What Berth sets unless the configuration says otherwise.
    static let defaults = [
        "auto.offset.reset": "earliest",
        "partition.assignment.strategy": "range",
        // What the library reads ahead of us, for each topic: bounded by bytes, beside one answer to a fetch. The
        // bound is to be hit seldom: a broker's thread that finds it reached sleeps for a second, so that 1,000
        // messages would let no more than some 20,000 a second through.
        "queued.min.messages": "100000",
        "queued.max.messages.kbytes": "16384",
    ]

    /// What the rest of this type rests on.
    static let fixed = ["enable.auto.commit": "false", "enable.auto.offset.store": "false"]

    private let thread: ClientThread<MemberLoop>
    private let mailbox: Mailbox
    private let board: HealthBoard

    /// Prepares a member; it joins in `run()`.
    ///
    /// With the property `group.instance.id` the member is static: its end is not told to the group, which
    /// keeps its partitions for it for a session, and another member with the same id ends this one.
    /// - Throws: `KafkaError` naming a property that is refused.
    package init(
        configuration: KafkaConfiguration,
        group: String,
        topics: [String],
        settings: ConsumerSettings = ConsumerSettings(),
        logger: Logger,
        now: @escaping Now = { .now }
    ) throws(KafkaError) {
        let bell = try Bell()
        let client = try NativeClient(
            .member,
            configuration,
            defaults: Self.defaults,
            fixed: Self.fixed.merging(["group.id": group]) { $1 },
            bell: bell,
            logger: logger,
            now: now
        )
        thread = ClientThread(bell: bell, now: now)
        mailbox = Mailbox(
            topics: topics,
            capacity: settings.messagesReadAhead,
            bytes: settings.bytesReadAhead,
            now: now
        ) { bell.ring() }
        board = HealthBoard(now: now())
        thread.start(name: "kafka-member") { [client, mailbox, thread, board] in
            MemberLoop(
                client: client,
                mailbox: mailbox,
                thread: thread,
                board: board,
                group: group,
                topics: topics,
                settings: settings
            )
        }
    }

    deinit {
        thread.post { $0.leave(until: $0.now) }
    }

    /// Joins the group and stays until `close`, a fatal error, or cancellation, which leaves without a drain.
    ///
    /// - Throws: `KafkaError`, fatal for this member, if it can't go on.
    package func run() async throws(KafkaError) {
        let failure = OneShot<Void>()
        guard thread.post({ $0.join(failure) }) else { throw .closed("the member") }
        await thread.end { [thread] in
            thread.post { $0.leave(until: $0.now) }
        }
        try await failure.value {}
    }

    /// The next event; nil once the member has left, or when the waiting task is cancelled.
    ///
    /// For one task at a time.
    package func next() async throws(KafkaError) -> ConsumerEvent? {
        try await mailbox.next()
    }

    /// The next messages of a topic in order, as many as are there and at least one, or what happens to
    /// partitions; nil once the member has left, or when the waiting task is cancelled.
    ///
    /// For one task at a time. What is handed over is in progress: `pause`, `seek` and what happens to partitions
    /// concern only what comes after it.
    package func next(atMost count: Int) async throws(KafkaError) -> ConsumerBatch? {
        try await mailbox.next(atMost: count)
    }

    package var events: ConsumerEvents { ConsumerEvents(mailbox: mailbox) }

    /// Keeps a topic's messages back, also those already read ahead, until `resume`.
    package func pause(topic: String) {
        mailbox.hold(topic)
    }

    package func resume(topic: String) {
        mailbox.release(topic)
        thread.bell.ring()
    }

    /// Commits the offsets of the *next* messages to be read.
    ///
    /// - Throws: `KafkaError`; during a rebalance some brokers refuse, and the messages come again to the
    ///   next owner.
    package func commit(
        _ offsets: [TopicPartition: Int64],
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        let deadline = thread.now() + limit
        try await thread.ask("commit") { loop, promise in
            loop.commit(offsets, until: deadline, promise)
        }
    }

    /// Reads a partition of this member's on from there; works while its topic is paused, too.
    ///
    /// When it returns, what had been read ahead is forgotten, and the next message of the partition is the
    /// first one at `offset` or later. Nothing is committed by it.
    /// - Throws: `KafkaError`: `state` if the partition isn't this member's or goes meanwhile.
    package func seek(
        _ partition: TopicPartition,
        to offset: Int64,
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) {
        let deadline = thread.now() + limit
        try await thread.ask("seek") { loop, promise in
            loop.seek(partition, to: offset, until: deadline, promise)
        }
    }

    /// The offset that the owner gets next, for each owned partition.
    ///
    /// Partitions of which neither a message nor a committed offset is known yet are absent.
    package func positions() async throws(KafkaError) -> [TopicPartition: Int64] {
        try await thread.ask("positions") { loop, promise in promise.settle(.success(loop.readPositions())) }
    }

    /// Messages between the owner's position and the end of each owned partition.
    ///
    /// Partitions of which either isn't known yet are absent.
    package func lag() async throws(KafkaError) -> [TopicPartition: Int64] {
        try await thread.ask("lag") { loop, promise in promise.settle(.success(loop.lag())) }
    }

    /// The end of each owned partition, as last heard from the broker when messages were fetched.
    ///
    /// A partition that is paused with enough read ahead isn't fetched, so that its end stays behind.
    package func endOffsets() async throws(KafkaError) -> [TopicPartition: Int64] {
        try await thread.ask("end offsets") { loop, promise in promise.settle(.success(loop.endOffsets())) }
    }

    /// How the member fares; asks nobody, so that a probe may call it often.
    package func health() -> MemberHealth {
        board.health(now: thread.now(), waitingSince: mailbox.waitingSince)
    }

    /// Messages of a topic that were taken from the library and that nobody has taken from here yet.
    package func readAhead(topic: String) -> Int {
        mailbox.count(topic)
    }

    /// Asks for a drain (`ConsumerEvent.revoking`), then leaves the group at once rather than by silence.
    ///
    /// `run()` returns when it is done; a member that never ran is just ended.
    package func close(within limit: Duration) {
        let deadline = thread.now() + limit
        thread.post { $0.leave(until: deadline) }
    }
}

/// A member's events as a sequence, for one task; it ends when the member has left.
package struct ConsumerEvents: AsyncSequence, Sendable {
    let mailbox: Mailbox

    package struct AsyncIterator: AsyncIteratorProtocol {
        let mailbox: Mailbox

        package mutating func next() async throws(KafkaError) -> ConsumerEvent? {
            try await mailbox.next()
        }

        package mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(KafkaError) -> ConsumerEvent? {
            try await mailbox.next()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(mailbox: mailbox)
    }
}
