import CRdkafka

extension KafkaConfiguration {
    /// The kinds of client, which differ in what Berth sets.
    package enum Client: String, Sendable, CaseIterable {
        case producer
        case member
        /// Reads without a group.
        case reader
        case admin

        /// What Berth sets unless the configuration says otherwise.
        var defaults: [String: String] {
            let own: [String: String] =
                switch self {
                case .producer: Producer.defaults
                case .member: ConsumerGroupMember.defaults
                case .reader: TopicReader.defaults
                case .admin: [:]
                }
            return Self.commonDefaults.merging(own) { $1 }
        }

        /// What nobody else may set.
        var fixed: [String: String] {
            switch self {
            case .producer, .admin: [:]
            case .member, .reader: ConsumerGroupMember.fixed
            }
        }

        private static let commonDefaults = [
            // How often the metrics are renewed; 0 turns them off.
            "statistics.interval.ms": "10000"
        ]
    }

    /// Properties on which Berth's promises rest, by what would break.
    static let reserved: [String: String] = [
        "enable.auto.commit": "an offset is committed only when its work is done",
        "enable.auto.offset.store": "an offset is committed only when its work is done",
        "log.queue": "logs go through Berth's own thread",
        "group.id": "the group is an argument of its own",
        "test.mock.num.brokers": "the local stack has a cluster of its own",
    ]

    /// A property that a client is made with.
    package struct Property: Sendable, Hashable {
        package let name: String
        /// `***` for a secret.
        package let value: String
        /// Berth sets it: nobody else did, or nobody may.
        package let isDefaultOfBerth: Bool
    }

    /// All properties that aren't the library's own defaults, sorted by name, without secrets.
    package func effectiveProperties(for client: Client) -> [Property] {
        let ours = client.defaults.merging(client.fixed) { $1 }.merging(["log.queue": "true"]) { $1 }
        let given = properties.filter { Self.reserved[$0.key] == nil }
            .merging(["bootstrap.servers": bootstrapServers, "client.id": clientID]) { $1 }
        return ours.merging(given) { $1 }.sorted { $0.key < $1.key }.map { name, value in
            Property(
                name: name,
                value: Self.isSecret(name) ? "***" : value,
                isDefaultOfBerth: given[name] == nil
            )
        }
    }

    /// Looks at every property, and at how they go together, without any broker.
    ///
    /// Opens files that properties name, such as `ssl.ca.location`.
    /// - Throws: `KafkaError` that names the first property that is unknown, reserved or out of range.
    package func check() throws(KafkaError) {
        guard bootstrapServers.contains(where: { $0 != "," && !$0.isWhitespace }) else {
            throw .coded(.invalidConfiguration, "bootstrap.servers names no broker: give host:port")
        }
        for client in [Client.producer, .member] {
            var lone = self
            // A name that no resolver is asked for: a handle looks for brokers as soon as it is made.
            lone.bootstrapServers = ""
            let group = client == .member ? ["group.id": clientID] : [:]
            let native = try NativeConfiguration(
                lone,
                for: client,
                defaults: client.defaults,
                fixed: client.fixed.merging(group) { $1 }
            )
            let handle = try native.makeHandle(client == .producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER)
            rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
        }
    }
}
