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
package struct KafkaMessage: Sendable {
    package var topic: String
    package var partition: Int32
    package var offset: Int64
    /// Milliseconds since 1970, as the producer or the broker stamped it; nil if the log has none.
    package var timestampMilliseconds: Int64?
    package var headers: [KafkaHeader]
    private var body: MessageBody

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
        self.headers = headers
        body = .own(key: key, value: value)
    }

    /// A message whose bytes stand in a slab.
    init(
        topic: String,
        partition: Int32,
        offset: Int64,
        timestampMilliseconds: Int64?,
        lent: LentBytes?,
        headers: [KafkaHeader]
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestampMilliseconds = timestampMilliseconds
        self.headers = headers
        body = lent.map { .lent($0) } ?? .own(key: nil, value: nil)
    }

    /// Each reading may copy: whoever needs it twice keeps it.
    package var key: [UInt8]? {
        get { body.key }
        set { body = .own(key: newValue, value: body.value) }
    }

    /// Nil is a tombstone; each reading may copy.
    package var value: [UInt8]? {
        get { body.value }
        set { body = .own(key: body.key, value: newValue) }
    }

    package var topicPartition: TopicPartition { TopicPartition(topic: topic, partition: partition) }

    /// The last header of that name, since producers append.
    package func header(_ name: String) -> KafkaHeader? {
        headers.last { $0.name == name }
    }

    /// What the message weighs in memory, roughly, in bytes.
    package var weight: Int {
        guard !headers.isEmpty else { return body.weight }
        return headers.reduce(body.weight) { sum, header in
            sum + header.name.utf8.count + (header.value?.count ?? 0)
        }
    }

    /// Lends the key without a copy; nil for no key.
    package func withKey<Result>(_ use: (UnsafeRawBufferPointer?) -> Result) -> Result {
        body.withKey(use)
    }

    /// The same message with bytes of its own: for who keeps it long, and not its neighbours along with it.
    package var detached: KafkaMessage {
        var copy = self
        copy.body = .own(key: key, value: value)
        return copy
    }
}

extension KafkaMessage: Hashable {
    package static func == (left: KafkaMessage, right: KafkaMessage) -> Bool {
        (left.topic, left.partition, left.offset) == (right.topic, right.partition, right.offset)
            && left.timestampMilliseconds == right.timestampMilliseconds && left.headers == right.headers
            && left.key == right.key && left.value == right.value
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(topic)
        hasher.combine(partition)
        hasher.combine(offset)
    }
}

/// A message's key and value: its own, or lent from a slab.
private enum MessageBody: Sendable {
    case own(key: [UInt8]?, value: [UInt8]?)
    case lent(LentBytes)

    var key: [UInt8]? {
        switch self {
        case .own(let key, _): key
        case .lent(let lent): lent.key.map { lent.slab.withBytes($0) { Array($0) } }
        }
    }

    var value: [UInt8]? {
        switch self {
        case .own(_, let value): value
        case .lent(let lent): lent.value.map { lent.slab.withBytes($0) { Array($0) } }
        }
    }

    var weight: Int {
        switch self {
        case .own(let key, let value): (key?.count ?? 0) + (value?.count ?? 0)
        case .lent(let lent): lent.weight
        }
    }

    func withKey<Result>(_ use: (UnsafeRawBufferPointer?) -> Result) -> Result {
        switch self {
        case .own(let key, _):
            guard let key else { return use(nil) }
            return key.withUnsafeBytes { use($0) }
        case .lent(let lent):
            guard let range = lent.key else { return use(nil) }
            return lent.slab.withBytes(range) { use($0) }
        }
    }
}
