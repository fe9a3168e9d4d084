import CRdkafka
import Logging

/// A seek that the library hasn't accepted yet: it does so only once it fetches the partition.
struct PendingSeek {
    let offset: Int64
    let deadline: ContinuousClock.Instant
    let promise: OneShot<Void>
}

extension MemberLoop {
    /// How long a question for committed offsets may take; it only serves to notice resets.
    private static let questionLimit: Int32 = 30_000
    private static let stepBackLimit: Duration = .seconds(10)
    /// How long a seek may hold up this thread: the library's own thread answers, no broker.
    private static let seekStep: Int32 = 100

    /// Takes a message into the batch, unless it came too late; `topic` is its topic, where that is known.
    func fetched(_ event: OpaquePointer, topic: String? = nil) {
        while let native = rd_kafka_event_message_next(event) {
            guard native.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR,
                let message = KafkaMessage(reading: native, topic: topic, into: &batch.filler)
            else { continue }
            if !batch.goesOn(with: message) { beginRun(message) }
            batch.append(message)
        }
    }

    /// Looks at what needn't be looked at for each of the messages that follow one another.
    private func beginRun(_ message: KafkaMessage) {
        endRun()
        let item = message.topicPartition
        let isWanted = accepts(item) && seeks[item] == nil
        if isWanted {
            tell(positions.read(item, offset: message.offset) { cachedOffsets(of: item)?.start })
        }
        batch.beginRun(of: item, isWanted: isWanted)
    }

    private func endRun() {
        guard let (item, next) = batch.endRun() else { return }
        positions.goOn(item, to: next)
    }

    /// Puts what was read into the mailbox; to be called before anything can change what is ours.
    func handOver() {
        endRun()
        let (messages, bytes) = batch.take()
        guard !messages.isEmpty else { return }
        client.hasWorked()
        mailbox.put(messages, bytes: bytes)
    }

    /// An error that concerns a partition; the library goes on with it unless it had to reset and may not.
    func refused(_ event: OpaquePointer) {
        guard rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET else { return }
        let text = rd_kafka_event_error_string(event).map { String(cString: $0) } ?? ""
        var place = "a partition"
        if let entry = rd_kafka_event_topic_partition(event) {
            defer { rd_kafka_topic_partition_destroy(entry) }
            let topic = entry.pointee.topic.map { String(cString: $0) } ?? "?"
            let item = TopicPartition(topic: topic, partition: entry.pointee.partition)
            place = "\(item) at offset \(entry.pointee.offset)"
            // Given up meanwhile: it is the next owner's.
            guard accepts(item) else { return }
        }
        fail(
            .coded(
                .noOffsetToReadFrom,
                "\(place) can't be read and auto.offset.reset is error: seek or commit an offset that the log "
                    + "has (\(text))"
            )
        )
    }

    /// Asks for the committed offsets, beside the library, which keeps to itself where it begins.
    func askCommitted(_ partitions: [TopicPartition]) {
        lastQuestion += 1
        positions.begin(partitions, question: lastQuestion)
        guard !partitions.isEmpty else { return }
        let list = PartitionList(partitions)
        guard let request = list.lend({ rd_kafka_ListConsumerGroupOffsets_new(group, $0) }) else { return }
        defer { rd_kafka_ListConsumerGroupOffsets_destroy(request) }
        let options = rd_kafka_AdminOptions_new(client.handle, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS)
        guard let options else { return }
        defer { rd_kafka_AdminOptions_destroy(options) }
        rd_kafka_AdminOptions_set_request_timeout(options, Self.questionLimit, nil, 0)
        rd_kafka_AdminOptions_set_opaque(options, UnsafeMutableRawPointer(bitPattern: lastQuestion))
        var requests: [OpaquePointer?] = [request]
        rd_kafka_ListConsumerGroupOffsets(client.handle, &requests, 1, options, client.control)
    }

    func answered(_ event: OpaquePointer) {
        let question = UInt(bitPattern: rd_kafka_event_opaque(event))
        var committed: [TopicPartition: Int64] = [:]
        var count = 0
        let result = rd_kafka_event_ListConsumerGroupOffsets_result(event)
        let groups = result.flatMap { rd_kafka_ListConsumerGroupOffsets_result_groups($0, &count) }
        if count > 0, let answer = groups?[0] {
            for entry in PartitionList.read(rd_kafka_group_result_partitions(answer))
            where entry.error == RD_KAFKA_RESP_ERR_NO_ERROR && entry.offset >= 0 {
                committed[entry.partition] = entry.offset
            }
        }
        for item in rebalance.owned {
            let reset = positions.answer(item, question: question, committed: committed[item]) {
                cachedOffsets(of: item)?.start
            }
            tell(reset)
        }
    }

    private func tell(_ reset: OffsetReset?) {
        guard let reset else { return }
        client.logger.info(
            "Kafka offset out of range",
            metadata: [
                "partition": "\(reset.partition)", "from": "\(reset.from)", "to": "\(reset.to)",
            ]
        )
        settings.onReset(reset)
        commitStepBack(reset)
    }

    /// Takes back a committed offset that the log doesn't have: once it has grown so far, its messages up to
    /// there would be skipped by whoever takes over before one is done.
    ///
    /// Nothing was handed over yet that could be committed instead. Refused, it is said by the next commit.
    private func commitStepBack(_ reset: OffsetReset) {
        guard reset.isAtAssignment, reset.to < reset.from else { return }
        commit([reset.partition: reset.to], until: now + Self.stepBackLimit, OneShot())
    }

    /// Start and end of the log, as last heard with a fetch.
    private func cachedOffsets(of item: TopicPartition) -> (start: Int64, end: Int64)? {
        var (low, high): (Int64, Int64) = (-1, -1)
        let error = rd_kafka_get_watermark_offsets(client.handle, item.topic, item.partition, &low, &high)
        guard error == RD_KAFKA_RESP_ERR_NO_ERROR, high >= 0 else { return nil }
        return (low, high)
    }

    /// What is owned and not about to go.
    private var readable: Set<TopicPartition> {
        rebalance.owned.filter { accepts($0) }
    }

    /// The offsets of the messages that the owner gets next, where they are known.
    func readPositions() -> [TopicPartition: Int64] {
        let oldest = mailbox.oldest()
        var offsets: [TopicPartition: Int64] = [:]
        for item in readable { offsets[item] = oldest[item] ?? positions.next(item) }
        return offsets
    }

    func endOffsets() -> [TopicPartition: Int64] {
        var offsets: [TopicPartition: Int64] = [:]
        for item in readable { offsets[item] = cachedOffsets(of: item)?.end }
        return offsets
    }

    func lag() -> [TopicPartition: Int64] {
        let ends = endOffsets()
        var lag: [TopicPartition: Int64] = [:]
        for (item, position) in readPositions() {
            lag[item] = ends[item].map { max(0, $0 - position) }
        }
        return lag
    }

    func seek(
        _ item: TopicPartition,
        to offset: Int64,
        until deadline: ContinuousClock.Instant,
        _ promise: OneShot<Void>
    ) {
        guard offset >= 0 else {
            promise.settle(.failure(.coded(.invalidConfiguration, "seek \(item): \(offset) is no offset")))
            return
        }
        guard hasListener, accepts(item) else {
            promise.settle(.failure(.coded(.state, "seek \(item): it isn't this member's")))
            return
        }
        seeks[item]?.promise.settle(.failure(.coded(.state, "seek \(item): another seek came after")))
        seeks[item] = PendingSeek(offset: offset, deadline: deadline, promise: promise)
        mailbox.drop([item])
        serveSeeks(at: now)
    }

    func endSeeks(_ partitions: some Sequence<TopicPartition>) {
        for item in partitions {
            seeks.removeValue(forKey: item)?.promise
                .settle(.failure(.coded(.state, "seek \(item): the partition has gone")))
        }
    }

    func serveSeeks(at now: ContinuousClock.Instant) {
        for (item, pending) in seeks {
            let list = PartitionList(offsets: [item: pending.offset])
            // Whatever was fetched before is told from what comes after by the library, which drops it.
            let error = list.lend { rd_kafka_seek_partitions(client.handle, $0, Self.seekStep) }
            var failed = KafkaError.consuming(error, "seek \(item)")
            for entry in list.entries() where failed == nil {
                failed = KafkaError.unlessFine(entry.error, "seek \(item)")
            }
            guard let failed else {
                seeks[item] = nil
                positions.seek(item, to: pending.offset)
                pending.promise.settle(.success(()))
                continue
            }
            // Not fetched yet, or the library is busy: it will be.
            guard now >= pending.deadline else { continue }
            seeks[item] = nil
            pending.promise.settle(.failure(failed))
        }
    }
}
