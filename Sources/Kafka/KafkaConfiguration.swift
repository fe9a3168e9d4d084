package import Metrics

/// How to reach a cluster; the same for producers, members, readers and admins.
package struct KafkaConfiguration: Sendable {
    /// `host:port`, several divided by commas.
    package var bootstrapServers: String
    /// Unique in the group: equal ones can make a cooperative group rebalance for ever.
    package var clientID: String
    /// Properties of librdkafka by its names; they go before Berth's defaults, and may hold secrets.
    package var properties: [String: String]
    /// For `sasl.mechanism=OAUTHBEARER`; nil: the library's own ways of getting tokens.
    package var tokens: (any OAuthBearerTokens)?
    /// Where the clients' metrics go; nil: to the process's.
    package var metrics: (any MetricsFactory)?

    package init(
        bootstrapServers: String,
        clientID: String,
        properties: [String: String] = [:],
        tokens: (any OAuthBearerTokens)? = nil,
        metrics: (any MetricsFactory)? = nil
    ) {
        self.bootstrapServers = bootstrapServers
        self.clientID = clientID
        self.properties = properties
        self.tokens = tokens
        self.metrics = metrics
    }
}

extension KafkaConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        let shown = properties.sorted { $0.key < $1.key }.map { name, value in
            "\(name)=\(Self.isSecret(name) ? "***" : value)"
        }
        return "\(bootstrapServers) as \(clientID) \(shown.joined(separator: " "))"
    }

    package var debugDescription: String { description }

    /// Whether a property's value may be a secret, or hold one.
    package static func isSecret(_ name: String) -> Bool {
        let marks = ["password", "secret", "oauthbearer", "jaas", "key.pem", "token", "username"]
        return marks.contains { name.contains($0) }
    }
}
