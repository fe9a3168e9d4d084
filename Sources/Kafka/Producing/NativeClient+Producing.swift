import CRdkafka

extension NativeClient {
    /// Hands a record to the library, which copies it; never blocks.
    func produce(_ record: ProducerRecord, _ ticket: Ticket) -> KafkaError? {
        if record.topic.utf8.contains(0) || record.headers.contains(where: { $0.name.utf8.contains(0) }) {
            return .coded(.invalidConfiguration, "send: a topic's or header's name holds a zero byte")
        }
        var headers: OpaquePointer?
        if !record.headers.isEmpty {
            headers = rd_kafka_headers_new(record.headers.count)
            for header in record.headers {
                let error = Self.withBytes(header.value) { value, size in
                    rd_kafka_header_add(headers, header.name, -1, value, value == nil ? -1 : size)
                }
                if let error = KafkaError.unlessFine(error, "send: header \(header.name)") {
                    rd_kafka_headers_destroy(headers)
                    return error
                }
            }
        }
        let error = record.topic.withCString { topic in
            Self.withBytes(record.key) { key, keySize in
                Self.withBytes(record.value) { value, valueSize in
                    withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: Fields.limit) { buffer in
                        var fields = Fields(buffer)
                        fields.add(RD_KAFKA_VTYPE_MSGFLAGS) { $0.i = RD_KAFKA_MSG_F_COPY }
                        fields.add(RD_KAFKA_VTYPE_OPAQUE) { $0.ptr = ticket.opaque }
                        fields.add(RD_KAFKA_VTYPE_TOPIC) { $0.cstr = topic }
                        fields.add(RD_KAFKA_VTYPE_KEY) {
                            $0.mem.ptr = UnsafeMutableRawPointer(mutating: key)
                            $0.mem.size = keySize
                        }
                        fields.add(RD_KAFKA_VTYPE_VALUE) {
                            $0.mem.ptr = UnsafeMutableRawPointer(mutating: value)
                            $0.mem.size = valueSize
                        }
                        if let partition = record.partition {
                            fields.add(RD_KAFKA_VTYPE_PARTITION) { $0.i32 = partition }
                        }
                        if let stamp = record.timestampMilliseconds {
                            fields.add(RD_KAFKA_VTYPE_TIMESTAMP) { $0.i64 = stamp }
                        }
                        if let headers { fields.add(RD_KAFKA_VTYPE_HEADERS) { $0.headers = headers } }
                        return rd_kafka_produceva(handle, buffer.baseAddress, fields.count)
                    }
                }
            }
        }
        guard let refusal = KafkaError.consuming(error, "send to \(record.topic)") else { return nil }
        // On success the library took them over.
        if let headers { rd_kafka_headers_destroy(headers) }
        return refusal
    }

    /// Does the same for a record without headers and a time of its own, with less to look up.
    func produce(bare record: ProducerRecord, to topic: OpaquePointer, _ ticket: Ticket) -> KafkaError? {
        let result = Self.withBytes(record.key) { key, keySize in
            Self.withBytes(record.value) { value, valueSize in
                rd_kafka_produce(
                    topic,
                    record.partition ?? RD_KAFKA_PARTITION_UA,
                    RD_KAFKA_MSG_F_COPY,
                    UnsafeMutableRawPointer(mutating: value),
                    valueSize,
                    key,
                    keySize,
                    ticket.opaque
                )
            }
        }
        guard result != 0 else { return nil }
        return KafkaError.unlessFine(rd_kafka_last_error(), "send to \(record.topic)")
    }

    /// What a delivery report says went wrong, if anything.
    func deliveryError(_ message: UnsafePointer<rd_kafka_message_t>) -> KafkaError? {
        guard message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        let topic = message.pointee.rkt.flatMap { rd_kafka_topic_name($0) }.map { String(cString: $0) } ?? "?"
        guard let error = KafkaError.unlessFine(message.pointee.err, "send to \(topic)") else { return nil }
        let outcome: KafkaError.Outcome =
            switch rd_kafka_message_status(message) {
            case RD_KAFKA_MSG_STATUS_NOT_PERSISTED: .notPersisted
            case RD_KAFKA_MSG_STATUS_PERSISTED: .persisted
            default: .possiblyPersisted
            }
        if let fatal = fatalCause {
            return fatal.with(outcome: outcome)
        }
        let isUnreached = [KafkaError.Code.messageTimedOut, .transport, .timedOut].contains(error.code)
        return (isUnreached ? error.because(of: trouble) : error).with(outcome: outcome)
    }

    /// Lends bytes so that empty ones have an address: for the library none means "no value".
    private static func withBytes<Result>(
        _ bytes: [UInt8]?,
        _ body: (UnsafeRawPointer?, Int) -> Result
    ) -> Result {
        guard let bytes else { return body(nil, 0) }
        guard !bytes.isEmpty else {
            return withUnsafeBytes(of: UInt8(0)) { body($0.baseAddress, 0) }
        }
        return bytes.withUnsafeBytes { body($0.baseAddress, $0.count) }
    }
}

/// What a record consists of as the library takes it, in room that the caller lends.
private struct Fields {
    /// One of each kind that is added here.
    static let limit = 8

    private let buffer: UnsafeMutableBufferPointer<rd_kafka_vu_t>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<rd_kafka_vu_t>) {
        self.buffer = buffer
    }

    mutating func add(_ kind: rd_kafka_vtype_t, _ fill: (inout rd_kafka_vu_s.__Unnamed_union_u) -> Void) {
        var field = rd_kafka_vu_t()
        field.vtype = kind
        fill(&field.u)
        buffer.initializeElement(at: count, to: field)
        count += 1
    }
}
