import Kafka

/// What keeps messages in order: those with the same one.
enum LaneKey: Hashable, Sendable {
    case key([UInt8])
    /// A message without a key has a lane of its own.
    case alone(partition: Int32, offset: Int64)

    init(_ message: KafkaMessage) {
        self =
            message.key.map { .key($0) } ?? .alone(partition: message.partition, offset: message.offset)
    }

    /// At once over all bytes: an array feeds them to the hasher one by one.
    func hash(into hasher: inout Hasher) {
        switch self {
        case .key(let bytes):
            bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        case .alone(let partition, let offset):
            hasher.combine(partition)
            hasher.combine(offset)
        }
    }
}
