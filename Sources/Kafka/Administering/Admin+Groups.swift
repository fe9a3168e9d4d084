extension Admin {
    /// Who is in a group, and which partitions each has; an unknown group is `Dead` and has no members.
    package func describeGroup(
        _ id: String,
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) -> GroupDescription {
        throw .coded(.state, "not built yet")
    }

    /// How far a group is behind in each partition of these topics, sorted.
    ///
    /// - Throws: `KafkaError`; `unknownTopic` if one doesn't exist.
    package func lag(
        group: String,
        topics: [String],
        within limit: Duration = .seconds(15)
    ) async throws(KafkaError) -> [PartitionLag] {
        throw .coded(.state, "not built yet")
    }

    /// Moves a group's offsets; the brokers refuse while the group has members.
    ///
    /// - Throws: `KafkaError` for the first partition that is refused; others may have been moved.
    package func commitOffsets(
        group: String,
        _ offsets: [TopicPartition: Int64],
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) {
        throw .coded(.state, "not built yet")
    }
}
