import CRdkafka
import Logging

/// A member's thread: feeds the mailbox, turns the group's events into actions, keeps deadlines.
final class MemberLoop: ClientLoop {
    enum Life {
        case idle
        case joined
        /// Drains and leaves; at the deadline the drain is over.
        case leaving(drainUntil: ContinuousClock.Instant)
        /// The drain is over, the group's last answer is awaited.
        case parting(until: ContinuousClock.Instant)
        case over
    }

    private static let eventsAtOnce = 1000
    /// So many messages go to the mailbox at once, so that their reader begins while the next are read.
    private static let messagesAtOnce = 256
    /// What a batch weighs at most, beside its last message.
    private static let bytesAtOnce = 256 << 10
    /// A deferred commit keeps the library for a session's length; beyond this it is ended all the same.
    private static let longestLinger: Duration = .seconds(120)
    private static let lingerStep: Int32 = 50

    let client: NativeClient
    let mailbox: Mailbox
    let group: String
    let settings: ConsumerSettings
    let thread: ClientThread<MemberLoop>
    private let board: HealthBoard
    private let topics: [String]
    private var life = Life.idle
    private var outcome: OneShot<Void>?
    private var failure: KafkaError?
    private var heardTroubles = 0
    /// The library takes a second wish to close for an error.
    private var isClosing = false
    var rebalance = Rebalance()
    var drainDeadline: ContinuousClock.Instant?
    /// Counts revocations, so that a late `complete()` ends no later one.
    var drain = 0
    /// One queue a topic, so that one that isn't read holds up no other.
    private var queues: [String: OpaquePointer] = [:]
    var positions = Positions()
    /// Messages of the queue that is being drained, on their way to the mailbox.
    var batch = MessageBatch()
    var seeks: [TopicPartition: PendingSeek] = [:]
    /// Numbers the questions for committed offsets.
    var lastQuestion: UInt = 0
    var commits: [UInt: PendingCommit] = [:]
    var lastCommit: UInt = 0

    init(
        client: NativeClient,
        mailbox: Mailbox,
        thread: ClientThread<MemberLoop>,
        board: HealthBoard,
        group: String,
        topics: [String],
        settings: ConsumerSettings
    ) {
        self.client = client
        self.thread = thread
        self.mailbox = mailbox
        self.board = board
        self.group = group
        self.topics = topics
        self.settings = settings
    }

    var now: ContinuousClock.Instant { thread.now() }

    var isOver: Bool {
        if case .over = life { true } else { false }
    }

    var drainLimit: Duration {
        if case .leaving(let deadline) = life {
            return max(.zero, min(settings.drainLimit, deadline - now))
        }
        return settings.drainLimit
    }

    /// Whether somebody may still be asked to drain.
    var hasListener: Bool {
        switch life {
        case .joined, .leaving: true
        case .idle, .parting, .over: false
        }
    }

    func join(_ outcome: OneShot<Void>) {
        guard case .idle = life else {
            outcome.settle(.failure(.coded(.state, "a member runs once")))
            return
        }
        self.outcome = outcome
        life = .joined
        let list = PartitionList(topics.map { TopicPartition(topic: $0, partition: -1) })
        let error = list.lend { rd_kafka_subscribe(client.handle, $0) }
        if let error = KafkaError.unlessFine(error, "subscribe to \(topics.joined(separator: ", "))") {
            fail(error)
        }
    }

    func leave(until deadline: ContinuousClock.Instant) {
        switch life {
        case .idle:
            life = .over
        case .joined:
            life = .leaving(drainUntil: deadline)
            startClosing()
        case .leaving(let earlier):
            life = .leaving(drainUntil: min(earlier, deadline))
            drainDeadline = drainDeadline.map { min($0, deadline) }
        case .parting, .over:
            return
        }
    }

    /// Leaves without a drain, and tells the error in the end; a fatal one lets nothing be told to the group.
    func fail(_ error: KafkaError) {
        failure = failure ?? error
        if client.fatalCause != nil {
            life = .over
            return
        }
        switch life {
        case .idle:
            life = .over
        case .joined:
            part()
            startClosing()
        case .leaving:
            part()
        case .parting, .over:
            return
        }
    }

    /// The library answers with a revocation, which drains like any other, or not at all in `parting`.
    private func startClosing() {
        isClosing = true
        let error = rd_kafka_consumer_close_queue(client.handle, client.control)
        guard let error = KafkaError.consuming(error, "leave the group") else { return }
        failure = failure ?? error
        life = .over
    }

    private func part() {
        life = .parting(until: now + settings.leaveLimit)
        endDrain(drain)
    }

    func serve(at now: ContinuousClock.Instant) -> Bool {
        let hasMoreEvents = client.drain(client.control, limit: Self.eventsAtOnce) { take($0) }
        let hasMoreMessages = fillMailbox()
        serveSeeks(at: now)
        if let deadline = drainDeadline, now >= deadline { endDrain(drain) }
        expireCommits(at: now)
        watch(at: now)
        serveLife(at: now)
        if let fatal = client.fatalCause { fail(explained(fatal)) }
        report(at: now)
        return (hasMoreEvents || hasMoreMessages) && !isOver
    }

    var endsQuickly: Bool { outcome == nil || rd_kafka_consumer_closed(client.handle) != 0 }

    func settle() {
        life = .over
        if !rebalance.owned.isEmpty { mailbox.put(.lost(rebalance.owned.sorted())) }
        mailbox.finish(failure.map { .failure($0) } ?? .success(()))
        for commit in commits.values { commit.promise.settle(.failure(.closed("the member"))) }
        for seek in seeks.values { seek.promise.settle(.failure(.closed("the member"))) }
        outcome?.settle(failure.map { .failure($0) } ?? .success(()))
        report(at: now)
    }

    func destroy() {
        linger()
        for queue in queues.values {
            Bell.detach(from: queue)
            rd_kafka_queue_destroy(queue)
        }
        client.destroy()
    }

    /// Waits until the library has closed the consumer.
    ///
    /// A handle that is destroyed earlier spins a core: its main thread goes on as long as a commit waits for
    /// the coordinator, up to a session, and its timers, due but run no more, leave it no sleep. After a
    /// fatal error it can't be closed otherwise.
    private func linger() {
        if !isClosing {
            let error = rd_kafka_consumer_close_queue(client.handle, client.control)
            // Refused: it is beyond closing.
            if KafkaError.consuming(error, "close") != nil { return }
        } else if client.fatalCause != nil {
            return
        }
        let deadline = now + Self.longestLinger
        while rd_kafka_consumer_closed(client.handle) == 0, now < deadline {
            let more = client.drain(client.control, limit: Self.eventsAtOnce) { take($0) }
            if !more { thread.bell.wait(milliseconds: Self.lingerStep) }
        }
    }

    /// The topic's queue, to which its partitions' messages are led.
    func queue(_ topic: String) -> OpaquePointer? {
        if let queue = queues[topic] { return queue }
        guard let queue = rd_kafka_queue_new(client.handle) else { return nil }
        thread.bell.attach(to: queue)
        queues[topic] = queue
        return queue
    }

    private func take(_ event: OpaquePointer) {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_REBALANCE:
            turn(event)
            board.update { $0.rebalanced = now }
        case RD_KAFKA_EVENT_OFFSET_COMMIT: committed(event)
        case RD_KAFKA_EVENT_FETCH:
            // Of a partition that couldn't be led to its topic's queue.
            fetched(event)
            handOver()
        case RD_KAFKA_EVENT_LISTCONSUMERGROUPOFFSETS_RESULT: answered(event)
        case RD_KAFKA_EVENT_ERROR: refused(event)
        default: break
        }
    }

    /// Returns true if there is more to read at once.
    private func fillMailbox() -> Bool {
        var hasMore = false
        for (topic, queue) in queues {
            let room = min(mailbox.room(topic), Self.messagesAtOnce)
            guard room > 0 else { continue }
            let isCutOff = client.drain(
                queue,
                limit: room,
                whileTrue: { event in
                    if rd_kafka_event_type(event) == RD_KAFKA_EVENT_FETCH {
                        fetched(event, topic: topic)
                    } else {
                        // It may change what is ours: what came before is handed over before.
                        handOver()
                        take(event)
                    }
                    return batch.bytes < Self.bytesAtOnce
                }
            )
            handOver()
            if isCutOff, mailbox.room(topic) > 0 { hasMore = true }
        }
        return hasMore
    }

    private func serveLife(at now: ContinuousClock.Instant) {
        switch life {
        case .idle, .joined, .over:
            return
        case .leaving(let deadline):
            if rd_kafka_consumer_closed(client.handle) != 0 {
                life = .over
            } else if now >= deadline {
                part()
            }
        case .parting(let deadline):
            if rd_kafka_consumer_closed(client.handle) != 0 || now >= deadline { life = .over }
        }
    }

    /// Gives the partitions to others when whoever should take messages has taken nothing for too long.
    private func watch(at now: ContinuousClock.Instant) {
        guard case .joined = life, let limit = settings.stuckAfter, let since = mailbox.waitingSince,
            now - since >= limit
        else { return }
        fail(
            .coded(
                .stuck,
                "nothing was taken from the member for \(limit) though something lay ready: it leaves the "
                    + "group so that others get its partitions"
            )
        )
    }

    private func report(at now: ContinuousClock.Instant) {
        let hasNewTrouble = client.troubles != heardTroubles
        heardTroubles = client.troubles
        board.update { facts in
            facts.served = now
            facts.ownedPartitions = rebalance.owned.count
            facts.stage =
                switch life {
                case .idle: .idle
                case .joined: facts.hasBeenAssigned ? .assigned : .joining
                case .leaving, .parting: .leaving
                case .over: .over
                }
            if hasNewTrouble {
                facts.troubled = now
                facts.lastError = client.trouble?.description ?? facts.lastError
            }
        }
    }

    func noteAssignment() {
        board.update { $0.hasBeenAssigned = true }
    }
}
