import CRdkafka
import Synchronization

/// Questions to the brokers that block the calling thread: for a client's thread alone.
extension NativeClient {
    /// The least that a question is given, so that a deadline that has just passed still gets a clear answer.
    private static let shortestWait: Duration = .milliseconds(1)

    func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
        let left = max(Self.shortestWait, deadline - now())
        return Int32(
            clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
        )
    }

    /// Why a question that waits is to be given up before its time, if it is.
    var interruption: KafkaError? {
        // Refusals lie in the queue, since this thread is busy asking.
        _ = drain(control, limit: 100) { _ in }
        if isAbandoned.load(ordering: .relaxed) { return .closed("the client") }
        // Waiting mends no setting. A guess may be wrong, so that it gets all the time.
        guard let trouble, trouble.kind == .configuration, trouble.trouble?.isGuess != true else {
            return nil
        }
        return trouble
    }

    /// All topics of the cluster that this client may see: asking for all creates none.
    func topics(until deadline: ContinuousClock.Instant) throws(KafkaError) -> [TopicDescription] {
        try askMetadata(of: nil, "ask for the topics", until: deadline)
    }

    /// The partitions of one topic, read by its handle; asking for it doesn't create it.
    func partitions(
        of topic: OpaquePointer,
        until deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> [Int32] {
        let name = rd_kafka_topic_name(topic).map { String(cString: $0) } ?? "?"
        let found = try askMetadata(of: topic, "ask for the partitions of \(name)", until: deadline)
        return found.first { $0.name == name }?.partitions.map(\.id) ?? []
    }

    /// Asks in slices, so that a refusal ends it early; each is longer, so that a slow answer gets its time.
    private func askMetadata(
        of topic: OpaquePointer?,
        _ doing: String,
        until deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> [TopicDescription] {
        var slice: Int32 = 500
        while true {
            let left = milliseconds(until: deadline)
            var metadata: UnsafePointer<rd_kafka_metadata>?
            let code = rd_kafka_metadata(handle, topic == nil ? 1 : 0, topic, &metadata, min(slice, left))
            defer { if let metadata { rd_kafka_metadata_destroy(metadata) } }
            let isUnanswered = code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__TIMED_OUT
            if isUnanswered, left > slice {
                if let reason = interruption {
                    throw KafkaError.coded(KafkaError.Code(code), doing).because(of: reason)
                }
                slice *= 2
                continue
            }
            if let error = failure(code, doing) { throw error }
            guard let metadata, let topics = metadata.pointee.topics else { return [] }
            return (0..<Int(max(0, metadata.pointee.topic_cnt))).compactMap { index in
                TopicDescription(reading: topics[index])
            }
        }
    }

    func partitions(
        of topic: String,
        until deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> [TopicPartition] {
        guard let found = try topics(until: deadline).first(where: { $0.name == topic }) else {
            throw .coded(.unknownTopic, "the topic \(topic) doesn't exist, or this client may not see it")
        }
        return found.partitions.map { TopicPartition(topic: topic, partition: $0.id) }
    }

    func watermarks(
        of item: TopicPartition,
        until deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> (low: Int64, high: Int64) {
        var (low, high): (Int64, Int64) = (0, 0)
        let code = rd_kafka_query_watermark_offsets(
            handle,
            item.topic,
            item.partition,
            &low,
            &high,
            milliseconds(until: deadline)
        )
        if let error = failure(code, "ask for the offsets of \(item)") { throw error }
        return (low, high)
    }

    /// Offsets of the first messages stamped then or later; partitions without one are absent.
    func offsets(
        of partitions: [TopicPartition],
        at milliseconds: Int64,
        until deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> [TopicPartition: Int64] {
        let list = PartitionList(offsets: Dictionary(partitions.map { ($0, milliseconds) }) { $1 })
        let code = list.lend {
            rd_kafka_offsets_for_times(handle, $0, self.milliseconds(until: deadline))
        }
        if let error = failure(code, "ask for the offsets at a time") { throw error }
        var offsets: [TopicPartition: Int64] = [:]
        for entry in list.entries() {
            if let error = failure(entry.error, "ask for the offset of \(entry.partition)") { throw error }
            if entry.offset >= 0 { offsets[entry.partition] = entry.offset }
        }
        return offsets
    }

    /// An unanswered question is explained by what was heard of the connections meanwhile.
    func failure(_ code: rd_kafka_resp_err_t, _ doing: String) -> KafkaError? {
        guard let error = KafkaError.unlessFine(code, doing) else {
            hasWorked()
            return nil
        }
        // The refusal may still lie in the queue, since this thread was busy asking.
        _ = drain(control, limit: 100) { _ in }
        // A code of the protocol is an answer: no connection is to blame.
        return error.isRetriable && code.rawValue < 0 ? error.because(of: trouble) : error
    }
}
