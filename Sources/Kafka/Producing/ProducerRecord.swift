/// A record to be sent.
package struct ProducerRecord: Hashable, Sendable {
    package var topic: String
    /// Nil: chosen by the key, or at random without one.
    package var partition: Int32?
    package var key: [UInt8]?
    /// Nil is a tombstone.
    package var value: [UInt8]?
    package var headers: [KafkaHeader]
    /// Milliseconds since 1970; nil: now.
    package var timestampMilliseconds: Int64?

    package init(
        topic: String,
        partition: Int32? = nil,
        key: [UInt8]? = nil,
        value: [UInt8]?,
        headers: [KafkaHeader] = [],
        timestampMilliseconds: Int64? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
        self.timestampMilliseconds = timestampMilliseconds
    }

    package init(topic: String, key: String, text: String, headers: [KafkaHeader] = []) {
        self.init(topic: topic, key: Array(key.utf8), value: Array(text.utf8), headers: headers)
    }
}

/// Where an acknowledged record stands.
package struct RecordMetadata: Hashable, Sendable {
    package let topic: String
    package let partition: Int32
    package let offset: Int64

    package init(topic: String, partition: Int32, offset: Int64) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
    }
}
