import Kafka

/// What keeps messages in order: those with the same one.
///
/// A number made from the key, so that none is copied or kept. Two keys that happen on the same number only
/// wait for each other; the hash is seeded anew in each process, so that nobody can choose them so.
struct LaneKey: Hashable, Sendable {
    private let number: Int

    private init(_ feed: (inout Hasher) -> Void) {
        var hasher = Hasher()
        feed(&hasher)
        number = hasher.finalize()
    }

    init(_ message: KafkaMessage) {
        self = message.withKey { key in
            key.map { bytes in LaneKey { $0.combine(bytes: bytes) } }
                ?? .alone(partition: message.partition, offset: message.offset)
        }
    }

    static func key(_ bytes: [UInt8]) -> LaneKey {
        LaneKey { hasher in bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
    }

    /// A message without a key has a lane of its own.
    static func alone(partition: Int32, offset: Int64) -> LaneKey {
        LaneKey { hasher in
            hasher.combine(partition)
            hasher.combine(offset)
        }
    }
}
