import CRdkafka

/// The names of the library's properties, to guess at what was meant by another.
enum PropertyNames {
    /// Aliases, and what has no default: the library lists neither.
    private static let unlisted = [
        "sasl.mechanism", "max.in.flight", "retries", "linger.ms", "compression.type", "acks",
        "bootstrap.servers", "client.rack", "debug", "group.instance.id", "sasl.username", "sasl.password",
        "sasl.oauthbearer.config", "sasl.oauthbearer.client.id", "sasl.oauthbearer.client.secret",
        "sasl.oauthbearer.token.endpoint.url", "ssl.ca.location", "ssl.ca.pem", "ssl.certificate.location",
        "ssl.certificate.pem", "ssl.key.location", "ssl.key.pem", "ssl.key.password", "ssl.cipher.suites",
        "ssl.keystore.location", "ssl.keystore.password", "ssl.crl.location",
    ]

    /// The name that is fewest edits away, if it is near enough to have been meant.
    static func closest(to name: String) -> String? {
        guard !name.isEmpty, name.utf8.count < 100 else { return nil }
        let limit = max(2, name.utf8.count / 5)
        let nearest = all().map { (distance: distance($0, name), name: $0) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        guard let nearest, nearest.distance <= limit else { return nil }
        return nearest.name
    }

    static func all() -> [String] {
        let configuration = rd_kafka_conf_new()
        defer { rd_kafka_conf_destroy(configuration) }
        var count = 0
        let list = rd_kafka_conf_dump(configuration, &count)
        defer { rd_kafka_conf_dump_free(list, count) }
        let topic = rd_kafka_topic_conf_new()
        defer { rd_kafka_topic_conf_destroy(topic) }
        var topicCount = 0
        let topicList = rd_kafka_topic_conf_dump(topic, &topicCount)
        defer { rd_kafka_conf_dump_free(topicList, topicCount) }
        let names = names(list, count) + names(topicList, topicCount) + unlisted
        // Callbacks are properties too, for the library alone.
        return Set(names).filter { !$0.contains("_") && $0 != "opaque" }.sorted()
    }

    private static func names(
        _ list: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
        _ count: Int
    ) -> [String] {
        // Names and values take turns.
        stride(from: 0, to: count, by: 2).compactMap { index in
            list?[index].map { String(cString: $0) }
        }
    }

    /// Edits of one character, by Wagner and Fischer's table, a row at a time.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.utf8), Array(right.utf8))
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (place, other) in right.enumerated() {
                let above = row[place + 1]
                row[place + 1] = min(diagonal + (byte == other ? 0 : 1), above + 1, row[place] + 1)
                diagonal = above
            }
        }
        return row[right.count]
    }
}
