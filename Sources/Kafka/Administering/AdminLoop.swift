import CRdkafka

/// An admin's thread: its commands block it, one after the other.
final class AdminLoop: ClientLoop {
    private static let eventsAtOnce = 1000
    private static let reasonLength = 512

    private let client: NativeClient
    private(set) var isOver = false

    init(client: NativeClient) {
        self.client = client
    }

    func close() {
        isOver = true
    }

    func serve(at now: ContinuousClock.Instant) -> Bool {
        client.drain(client.control, limit: Self.eventsAtOnce) { _ in } && !isOver
    }

    let endsQuickly = true

    func settle() {}

    func destroy() {
        client.destroy()
    }

    func topics(until deadline: ContinuousClock.Instant) -> Result<[TopicDescription], KafkaError> {
        Result { () throws(KafkaError) in try client.topics(until: deadline) }
    }

    func ends(
        of topics: [String],
        until deadline: ContinuousClock.Instant
    ) -> Result<[TopicPartition: Int64], KafkaError> {
        Result { () throws(KafkaError) in
            var ends: [TopicPartition: Int64] = [:]
            for topic in topics {
                for item in try client.partitions(of: topic, until: deadline) {
                    ends[item] = try client.watermarks(of: item, until: deadline).high
                }
            }
            return ends
        }
    }

    func create(
        _ topics: [NewTopic],
        validateOnly: Bool,
        until deadline: ContinuousClock.Instant
    ) -> Result<[String], KafkaError> {
        Result { () throws(KafkaError) in
            let natives = try topics.map { topic throws(KafkaError) in try native(topic) }
            defer { for native in natives { rd_kafka_NewTopic_destroy(native) } }
            let event = try ask(RD_KAFKA_ADMIN_OP_CREATETOPICS, "create topics", until: deadline) {
                options,
                queue in
                var list = natives.map(Optional.some)
                rd_kafka_CreateTopics(client.handle, &list, list.count, options, queue)
            }
            defer { rd_kafka_event_destroy(event) }
            var count = 0
            let results = rd_kafka_CreateTopics_result_topics(
                rd_kafka_event_CreateTopics_result(event),
                &count
            )
            var made: [String] = []
            for index in 0..<count {
                guard let result = results?[index], let name = rd_kafka_topic_result_name(result) else {
                    continue
                }
                let code = rd_kafka_topic_result_error(result)
                if code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS { continue }
                if let error = client.failure(code, "create the topic \(String(cString: name))") {
                    let words = rd_kafka_topic_result_error_string(result).map { String(cString: $0) }
                    throw error.with(outcome: nil, hint: words)
                }
                made.append(String(cString: name))
            }
            return made
        }
    }

    func committed(
        group: String,
        of partitions: [TopicPartition],
        until deadline: ContinuousClock.Instant
    ) -> Result<[TopicPartition: Int64], KafkaError> {
        Result { () throws(KafkaError) in
            let list = PartitionList(partitions)
            let request = list.lend { rd_kafka_ListConsumerGroupOffsets_new(group, $0) }
            defer { rd_kafka_ListConsumerGroupOffsets_destroy(request) }
            let doing = "ask for the offsets of the group \(group)"
            let event = try ask(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, doing, until: deadline) {
                options,
                queue in
                var requests = [request]
                rd_kafka_ListConsumerGroupOffsets(client.handle, &requests, 1, options, queue)
            }
            defer { rd_kafka_event_destroy(event) }
            var count = 0
            let result = rd_kafka_event_ListConsumerGroupOffsets_result(event)
            let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count)
            guard count > 0, let answer = groups?[0] else { return [:] }
            if let error = rd_kafka_group_result_error(answer) {
                let code = rd_kafka_error_code(error)
                if let error = client.failure(code, doing) { throw error }
            }
            var offsets: [TopicPartition: Int64] = [:]
            for entry in PartitionList.read(rd_kafka_group_result_partitions(answer)) {
                if let error = client.failure(entry.error, doing) { throw error }
                if entry.offset >= 0 { offsets[entry.partition] = entry.offset }
            }
            return offsets
        }
    }

    private func native(_ topic: NewTopic) throws(KafkaError) -> OpaquePointer {
        guard topic.partitions > 0 else {
            throw .coded(.invalidConfiguration, "create the topic \(topic.name): it needs a partition")
        }
        var reason = [CChar](repeating: 0, count: Self.reasonLength)
        let made = rd_kafka_NewTopic_new(
            topic.name,
            Int32(clamping: topic.partitions),
            Int32(clamping: topic.replication ?? -1),
            &reason,
            reason.count
        )
        guard let made else {
            let words = String(
                decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
            throw .coded(.invalidConfiguration, "create the topic \(topic.name): \(words)")
        }
        for (name, value) in topic.configuration.sorted(by: { $0.key < $1.key }) {
            let code = rd_kafka_NewTopic_set_config(made, name, value)
            if let error = KafkaError.unlessFine(code, "the topic's property \(name)") {
                rd_kafka_NewTopic_destroy(made)
                throw error
            }
        }
        return made
    }

    /// Sends a request and waits for its result on a queue of its own; the event is the caller's.
    private func ask(
        _ operation: rd_kafka_admin_op_t,
        _ doing: String,
        until deadline: ContinuousClock.Instant,
        _ send: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void
    ) throws(KafkaError) -> OpaquePointer {
        let queue = rd_kafka_queue_new(client.handle)
        defer { rd_kafka_queue_destroy(queue) }
        let options = rd_kafka_AdminOptions_new(client.handle, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        var reason = [CChar](repeating: 0, count: Self.reasonLength)
        let limit = NativeClient.milliseconds(until: deadline)
        rd_kafka_AdminOptions_set_request_timeout(options, limit, &reason, reason.count)
        send(options, queue)
        guard let event = rd_kafka_queue_poll(queue, limit) else {
            throw client.failure(RD_KAFKA_RESP_ERR__TIMED_OUT, doing) ?? .coded(.timedOut, doing)
        }
        if let error = client.failure(rd_kafka_event_error(event), doing) {
            let words = rd_kafka_event_error_string(event).map { String(cString: $0) }
            rd_kafka_event_destroy(event)
            throw error.with(outcome: nil, hint: words)
        }
        return event
    }
}
