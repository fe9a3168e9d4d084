extension KafkaConfiguration {
    /// The kinds of client, which differ in what Berth sets.
    package enum Client: String, Sendable, CaseIterable {
        case producer, member, reader, admin
    }

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
        []
    }

    /// Looks at every property, without any broker.
    ///
    /// - Throws: `KafkaError` that names the first property that is unknown, reserved or out of range.
    package func check() throws(KafkaError) {
        throw .coded(.state, "not built yet")
    }
}
