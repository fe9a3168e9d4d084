/// A partition of a topic.
package struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let topic: String
    package let partition: Int32

    package init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    package static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        (left.topic, left.partition) < (right.topic, right.partition)
    }

    package var description: String { "\(topic)[\(partition)]" }
}

/// A header of a record; an empty value and no value are two things.
package struct KafkaHeader: Hashable, Sendable {
    package var name: String
    package var value: [UInt8]?

    package init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    package init(_ name: String, _ text: String) {
        self.init(name, Array(text.utf8))
    }

    /// The value as text, damaged bytes replaced; nil if there is no value.
    package var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}

/// A record as it was read.
package struct KafkaMessage: Hashable, Sendable {
    package var topic: String
    package var partition: Int32
    package var offset: Int64
    /// Milliseconds since 1970, as the producer or the broker stamped it; nil if the log has none.
    package var timestampMilliseconds: Int64?
    package var key: [UInt8]?
    /// Nil is a tombstone.
    package var value: [UInt8]?
    package var headers: [KafkaHeader]

    package init(
        topic: String,
        partition: Int32,
        offset: Int64,
        timestampMilliseconds: Int64? = nil,
        key: [UInt8]? = nil,
        value: [UInt8]? = nil,
        headers: [KafkaHeader] = []
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestampMilliseconds = timestampMilliseconds
        self.key = key
        self.value = value
        self.headers = headers
    }

    package var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }

    /// The last header of that name, since producers append.
    package func header(_ name: String) -> KafkaHeader? {
        headers.last { $0.name == name }
    }

    /// What the message weighs in memory, roughly, in bytes.
    package var weight: Int {
        headers.reduce((key?.count ?? 0) + (value?.count ?? 0)) { sum, header in
            sum + header.name.utf8.count + (header.value?.count ?? 0)
        }
    }
}
