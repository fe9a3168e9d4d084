import CRdkafka

extension KafkaMessage {
    /// Copies a message that belongs to an event; nothing in it is trusted to be there.
    ///
    /// `topic` is its topic, where the queue it came from has those of one only.
    init?(reading pointer: UnsafePointer<rd_kafka_message_t>, topic: String? = nil) {
        let native = pointer.pointee
        guard let topic = topic ?? Self.topic(native) else { return nil }
        self.init(
            topic: topic,
            partition: native.partition,
            offset: native.offset,
            timestampMilliseconds: Self.timestamp(pointer),
            key: Self.bytes(native.key, native.key_len),
            value: Self.bytes(native.payload, native.len),
            headers: Self.headers(pointer)
        )
    }

    /// Copies a message's bytes into a slab, so that it costs less than one that is read by itself.
    init?(
        reading pointer: UnsafePointer<rd_kafka_message_t>,
        topic: String?,
        into filler: inout SlabFiller
    ) {
        let native = pointer.pointee
        guard let topic = topic ?? Self.topic(native) else { return nil }
        let lent = filler.add(
            key: native.key.map { UnsafeRawBufferPointer(start: $0, count: max(0, native.key_len)) },
            value: native.payload.map { UnsafeRawBufferPointer(start: $0, count: max(0, native.len)) }
        )
        self.init(
            topic: topic,
            partition: native.partition,
            offset: native.offset,
            timestampMilliseconds: Self.timestamp(pointer),
            lent: lent,
            headers: Self.headers(pointer)
        )
    }

    private static func topic(_ native: rd_kafka_message_t) -> String? {
        guard let handle = native.rkt, let topic = rd_kafka_topic_name(handle) else { return nil }
        return String(cString: topic)
    }

    private static func timestamp(_ pointer: UnsafePointer<rd_kafka_message_t>) -> Int64? {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let stamp = rd_kafka_message_timestamp(pointer, &kind)
        return kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? nil : stamp
    }

    /// Nil only for no value at all: a tombstone, or a header without one.
    private static func bytes(_ pointer: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
        guard let pointer else { return nil }
        return Array(UnsafeRawBufferPointer(start: pointer, count: max(0, count)))
    }

    private static func headers(_ message: UnsafePointer<rd_kafka_message_t>) -> [KafkaHeader] {
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else {
            return []
        }
        var headers: [KafkaHeader] = []
        for index in 0..<rd_kafka_header_cnt(list) {
            var name: UnsafePointer<CChar>?
            var value: UnsafeRawPointer?
            var size = 0
            let found = rd_kafka_header_get_all(list, index, &name, &value, &size)
            guard found == RD_KAFKA_RESP_ERR_NO_ERROR, let name else { break }
            headers.append(KafkaHeader(String(cString: name), bytes(value, size)))
        }
        return headers
    }
}
