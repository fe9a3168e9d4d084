import CRdkafka

/// An admin's thread: its commands block it, one after the other.
final class AdminLoop: ClientLoop {
    private static let eventsAtOnce = 1000
    /// How long a wait goes on before it is asked whether it is still of use, in milliseconds.
    private static let slice: Int32 = 100
    static let reasonLength = 512

    let client: NativeClient
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

    /// Sends a request and waits for its result on a queue of its own; the event is the caller's.
    func ask(
        _ operation: rd_kafka_admin_op_t,
        _ doing: String,
        validateOnly: Bool = false,
        until deadline: ContinuousClock.Instant,
        _ send: (_ options: OpaquePointer?, _ queue: OpaquePointer?) -> Void
    ) throws(KafkaError) -> OpaquePointer {
        let queue = rd_kafka_queue_new(client.handle)
        defer { rd_kafka_queue_destroy(queue) }
        let options = rd_kafka_AdminOptions_new(client.handle, operation)
        defer { rd_kafka_AdminOptions_destroy(options) }
        var reason = [CChar](repeating: 0, count: Self.reasonLength)
        let limit = client.milliseconds(until: deadline)
        rd_kafka_AdminOptions_set_request_timeout(options, limit, &reason, reason.count)
        if validateOnly { rd_kafka_AdminOptions_set_validate_only(options, 1, &reason, reason.count) }
        send(options, queue)
        let event = try waitForEvent(queue, doing, until: deadline)
        let code = rd_kafka_event_error(event)
        guard let error = client.failure(code, doing) else { return event }
        let words = rd_kafka_event_error_string(event).map { String(cString: $0) }
        rd_kafka_event_destroy(event)
        throw error.with(outcome: nil, hint: words == KafkaError.Code(code).text ? nil : words)
    }

    private func waitForEvent(
        _ queue: OpaquePointer?,
        _ doing: String,
        until deadline: ContinuousClock.Instant
    ) throws(KafkaError) -> OpaquePointer {
        while true {
            let left = client.milliseconds(until: deadline)
            if let event = rd_kafka_queue_poll(queue, min(left, Self.slice)) { return event }
            if let reason = client.interruption {
                throw KafkaError.coded(.timedOut, doing).because(of: reason)
            }
            guard left > Self.slice else {
                throw client.failure(RD_KAFKA_RESP_ERR__TIMED_OUT, doing) ?? .coded(.timedOut, doing)
            }
        }
    }

    /// Reads an error's code and its words, if they say more.
    func failure(
        _ code: rd_kafka_resp_err_t,
        _ words: UnsafePointer<CChar>?,
        _ doing: String
    ) -> KafkaError? {
        guard let error = client.failure(code, doing) else { return nil }
        let text = words.map { String(cString: $0) }
        return error.with(outcome: nil, hint: text == KafkaError.Code(code).text ? nil : text)
    }

    /// Reads an error that belongs to a result.
    func failure(_ error: OpaquePointer?, _ doing: String) -> KafkaError? {
        guard let error else { return nil }
        return failure(rd_kafka_error_code(error), rd_kafka_error_string(error), doing)
    }
}
