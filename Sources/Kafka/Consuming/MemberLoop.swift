import CRdkafka
import Logging

/// A member's thread: feeds the mailbox, turns the group's events into actions, keeps deadlines.
final class MemberLoop: ClientLoop {
    private enum Life {
        case idle
        case joined
        /// Drains and leaves; at the deadline the drain is over.
        case leaving(drainUntil: ContinuousClock.Instant)
        /// The drain is over, the group's last answer is awaited.
        case parting(until: ContinuousClock.Instant)
        case over
    }

    private struct PendingCommit {
        let deadline: ContinuousClock.Instant
        let promise: OneShot<Void>
    }

    private static let eventsAtOnce = 1000

    let client: NativeClient
    let mailbox: Mailbox
    private let thread: ClientThread<MemberLoop>
    private let topics: [String]
    private let settings: ConsumerSettings
    private var life = Life.idle
    private var outcome: OneShot<Void>?
    private var failure: KafkaError?
    var rebalance = Rebalance()
    var drainDeadline: ContinuousClock.Instant?
    /// Counts revocations, so that a late `complete()` ends no later one.
    var drain = 0
    /// One queue a topic, so that one that isn't read holds up no other.
    private var queues: [String: OpaquePointer] = [:]
    var positions: [TopicPartition: Int64] = [:]
    private var commits: [UInt: PendingCommit] = [:]
    private var lastCommit: UInt = 0

    init(
        client: NativeClient,
        mailbox: Mailbox,
        thread: ClientThread<MemberLoop>,
        topics: [String],
        settings: ConsumerSettings
    ) {
        self.client = client
        self.thread = thread
        self.mailbox = mailbox
        self.topics = topics
        self.settings = settings
    }

    var isOver: Bool {
        if case .over = life { true } else { false }
    }

    var drainLimit: Duration {
        if case .leaving(let deadline) = life {
            return max(.zero, min(settings.drainLimit, deadline - .now))
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
            // The library answers with a revocation, which drains like any other.
            let error = rd_kafka_consumer_close_queue(client.handle, client.control)
            if let error = KafkaError.consuming(error, "leave the group") { fail(error) }
        case .leaving(let earlier):
            life = .leaving(drainUntil: min(earlier, deadline))
            drainDeadline = drainDeadline.map { min($0, deadline) }
        case .parting, .over:
            return
        }
    }

    func fail(_ error: KafkaError) {
        failure = failure ?? error
        life = .over
    }

    func commit(
        _ offsets: [TopicPartition: Int64],
        until deadline: ContinuousClock.Instant,
        _ promise: OneShot<Void>
    ) {
        lastCommit += 1
        let list = PartitionList(offsets: offsets)
        let error = list.lend {
            // A number, not a reference: an answer that nobody waits for any more harms nothing.
            rd_kafka_commit_queue(
                client.handle,
                $0,
                client.control,
                nil,
                UnsafeMutableRawPointer(bitPattern: lastCommit)
            )
        }
        if let error = KafkaError.unlessFine(error, "commit") {
            promise.settle(.failure(error))
        } else {
            commits[lastCommit] = PendingCommit(deadline: deadline, promise: promise)
        }
    }

    func lag() -> [TopicPartition: Int64] {
        var lag: [TopicPartition: Int64] = [:]
        for item in rebalance.owned {
            var (low, high): (Int64, Int64) = (-1, -1)
            let error = rd_kafka_get_watermark_offsets(client.handle, item.topic, item.partition, &low, &high)
            guard error == RD_KAFKA_RESP_ERR_NO_ERROR, high >= 0, let position = positions[item] else {
                continue
            }
            lag[item] = max(0, high - position)
        }
        return lag
    }

    func serve(at now: ContinuousClock.Instant) -> Bool {
        let more = client.drain(client.control, limit: Self.eventsAtOnce) { take($0) }
        fillMailbox()
        if let deadline = drainDeadline, now >= deadline { endDrain(drain) }
        expireCommits(at: now)
        serveLife(at: now)
        if let fatal = client.fatalCause { fail(fatal) }
        return more && !isOver
    }

    var endsQuickly: Bool { outcome == nil || rd_kafka_consumer_closed(client.handle) != 0 }

    func settle() {
        life = .over
        if !rebalance.owned.isEmpty { mailbox.put(.lost(rebalance.owned.sorted())) }
        mailbox.finish(failure.map { .failure($0) } ?? .success(()))
        for commit in commits.values { commit.promise.settle(.failure(.closed("the member"))) }
        outcome?.settle(failure.map { .failure($0) } ?? .success(()))
    }

    func destroy() {
        for queue in queues.values {
            Bell.detach(from: queue)
            rd_kafka_queue_destroy(queue)
        }
        client.destroy()
    }

    /// The topic's queue, to which its partitions' messages are led.
    func queue(_ topic: String) -> OpaquePointer? {
        if let queue = queues[topic] { return queue }
        guard let queue = rd_kafka_queue_new(client.handle) else { return nil }
        thread.bell.attach(to: queue)
        queues[topic] = queue
        return queue
    }

    /// What the owner is handed to say that it has drained; it may say so from anywhere.
    func revocation(_ partitions: [TopicPartition], limit: Duration) -> Revocation {
        let number = drain
        return Revocation(partitions: partitions, limit: limit) { [thread] in
            thread.post { $0.endDrain(number) }
        }
    }

    private func take(_ event: OpaquePointer) {
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_REBALANCE: turn(event)
        case RD_KAFKA_EVENT_OFFSET_COMMIT: committed(event)
        case RD_KAFKA_EVENT_FETCH: fetched(event)
        default: break
        }
    }

    private func fillMailbox() {
        for (topic, queue) in queues {
            let room = mailbox.room(topic)
            guard room > 0 else { continue }
            _ = client.drain(queue, limit: room) { take($0) }
        }
    }

    private func fetched(_ event: OpaquePointer) {
        while let native = rd_kafka_event_message_next(event) {
            guard let message = KafkaMessage(reading: native) else { continue }
            // The error is looked at first: then there is no message, only its words in the place of one.
            if let error = KafkaError.unlessFine(native.pointee.err, "read \(message.topicPartition)") {
                client.logger.info("Kafka can't be read", metadata: ["error": "\(error)"])
                continue
            }
            guard accepts(message.topicPartition) else { continue }
            client.hasWorked()
            let (next, isLast) = message.offset.addingReportingOverflow(1)
            positions[message.topicPartition] = isLast ? message.offset : next
            mailbox.put(message)
        }
    }

    private func committed(_ event: OpaquePointer) {
        let id = UInt(bitPattern: rd_kafka_event_opaque(event))
        guard let pending = commits.removeValue(forKey: id) else { return }
        let entries = PartitionList.read(rd_kafka_event_topic_partition_list(event))
        var failed = KafkaError.unlessFine(rd_kafka_event_error(event), "commit")
        for entry in entries where failed == nil {
            failed = KafkaError.unlessFine(entry.error, "commit of \(entry.partition) at \(entry.offset)")
        }
        if failed?.code == .noOffset { failed = nil }
        pending.promise.settle(failed.map { .failure($0) } ?? .success(()))
    }

    private func expireCommits(at now: ContinuousClock.Instant) {
        for (id, pending) in commits where now >= pending.deadline {
            commits[id] = nil
            let error = KafkaError.coded(.timedOut, "commit: no answer from the group's coordinator")
            pending.promise.settle(.failure(error.with(outcome: nil, hint: client.trouble?.reason)))
        }
    }

    private func serveLife(at now: ContinuousClock.Instant) {
        switch life {
        case .idle, .joined, .over:
            return
        case .leaving(let deadline):
            if rd_kafka_consumer_closed(client.handle) != 0 {
                life = .over
            } else if now >= deadline {
                endDrain(drain)
                life = .parting(until: now + settings.leaveLimit)
            }
        case .parting(let deadline):
            if rd_kafka_consumer_closed(client.handle) != 0 || now >= deadline { life = .over }
        }
    }
}
