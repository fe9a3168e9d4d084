import CRdkafka

/// A configuration object of the library: owned from the start, so that no refusal loses it.
struct NativeConfiguration: ~Copyable {
    private static let reasonLength = 512

    private var pointer: OpaquePointer?

    /// An object with the properties of that kind of client, each checked.
    ///
    /// - Throws: `KafkaError` that names the first property that is refused.
    init(
        _ configuration: KafkaConfiguration,
        for client: KafkaConfiguration.Client,
        defaults: [String: String],
        fixed: [String: String] = [:]
    ) throws(KafkaError) {
        pointer = rd_kafka_conf_new()
        for (name, value) in defaults.sorted(by: { $0.key < $1.key }) {
            try set(name, value)
        }
        for (name, value) in configuration.properties.sorted(by: { $0.key < $1.key }) {
            if let why = KafkaConfiguration.reserved[name] {
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
        let events =
            RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS
            | (client == .producer
                ? RD_KAFKA_EVENT_DR
                : RD_KAFKA_EVENT_FETCH | RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT)
        rd_kafka_conf_set_events(pointer, events)
    }

    deinit {
        if let pointer { rd_kafka_conf_destroy(pointer) }
    }

    /// Lets the library ask for tokens, if it is to use any.
    ///
    /// - Returns: nil if another mechanism is set, or the library gets its tokens itself.
    borrowing func installTokens(_ tokens: (any OAuthBearerTokens)?) -> TokenRefresh? {
        guard let tokens, value("sasl.mechanisms")?.uppercased() == "OAUTHBEARER",
            value("security.protocol")?.hasPrefix("sasl") == true,
            value("sasl.oauthbearer.method") != "oidc"
        else { return nil }
        let refresh = TokenRefresh(tokens)
        refresh.install(in: pointer)
        return refresh
    }

    private borrowing func value(_ name: String) -> String? {
        var text = [CChar](repeating: 0, count: Self.reasonLength)
        var size = text.count
        guard rd_kafka_conf_get(pointer, name, &text, &size) == RD_KAFKA_CONF_OK else { return nil }
        return Self.text(text)
    }

    private func set(_ name: String, _ value: String) throws(KafkaError) {
        guard !name.utf8.contains(0), !value.utf8.contains(0) else {
            throw .coded(
                .invalidConfiguration,
                "the property \(name.filter { $0 != "\0" }) holds a zero byte"
            )
        }
        var reason = [CChar](repeating: 0, count: Self.reasonLength)
        switch rd_kafka_conf_set(pointer, name, value, &reason, reason.count) {
        case RD_KAFKA_CONF_OK:
            return
        case RD_KAFKA_CONF_UNKNOWN:
            let hint = PropertyNames.closest(to: name).map { "; did you mean \($0)?" } ?? ""
            throw .coded(.invalidConfiguration, "unknown property \(name)\(hint)")
        default:
            // The library's own words repeat the value.
            let words = KafkaConfiguration.isSecret(name) ? "its value is refused" : Self.text(reason)
            throw .coded(.invalidConfiguration, "the property \(name) is refused: \(words)")
        }
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
