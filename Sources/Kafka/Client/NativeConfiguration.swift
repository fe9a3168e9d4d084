import CRdkafka

/// A configuration object of the library: owned from the start, so that no refusal loses it.
struct NativeConfiguration: ~Copyable {
    private static let reasonLength = 512
    /// Properties on which Berth's promises rest, by what would break.
    private static let reserved: [String: String] = [
        "enable.auto.commit": "an offset is committed only when its work is done",
        "enable.auto.offset.store": "an offset is committed only when its work is done",
        "log.queue": "logs go through Berth's own thread",
        "group.id": "the group is an argument of its own",
        "test.mock.num.brokers": "the local stack has a cluster of its own",
    ]

    private var pointer: OpaquePointer?

    init(
        _ configuration: KafkaConfiguration,
        defaults: [String: String],
        fixed: [String: String],
        events: Int32
    ) throws(KafkaError) {
        pointer = rd_kafka_conf_new()
        for (name, value) in defaults.sorted(by: { $0.key < $1.key }) {
            try set(name, value)
        }
        for (name, value) in configuration.properties.sorted(by: { $0.key < $1.key }) {
            if let why = Self.reserved[name] {
                throw .coded(.invalidConfiguration, "the property \(name) can't be set: \(why)")
            }
            try set(name, value)
        }
        try set("bootstrap.servers", configuration.bootstrapServers)
        try set("client.id", configuration.clientID)
        try set("log.queue", "true")
        for (name, value) in fixed.sorted(by: { $0.key < $1.key }) {
            try set(name, value)
        }
        rd_kafka_conf_set_events(pointer, events)
    }

    deinit {
        if let pointer { rd_kafka_conf_destroy(pointer) }
    }

    private func set(_ name: String, _ value: String) throws(KafkaError) {
        guard !name.utf8.contains(0), !value.utf8.contains(0) else {
            throw .coded(
                .invalidConfiguration,
                "the property \(name.filter { $0 != "\0" }) holds a zero byte"
            )
        }
        var reason = [CChar](repeating: 0, count: Self.reasonLength)
        let result = rd_kafka_conf_set(pointer, name, value, &reason, reason.count)
        guard result != RD_KAFKA_CONF_OK else { return }
        // The library's own words repeat the value.
        let words = KafkaConfiguration.isSecret(name) ? "its value is refused" : Self.text(reason)
        throw .coded(.invalidConfiguration, "the property \(name) is refused: \(words)")
    }

    /// Makes the handle, which takes the configuration over if it succeeds.
    consuming func makeHandle(_ kind: rd_kafka_type_t) throws(KafkaError) -> OpaquePointer {
        var reason = [CChar](repeating: 0, count: Self.reasonLength)
        guard let handle = rd_kafka_new(kind, pointer, &reason, reason.count) else {
            throw .coded(.invalidConfiguration, "no client can be made: \(Self.text(reason))")
        }
        pointer = nil
        return handle
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
