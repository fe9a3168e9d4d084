extension Admin {
    /// The properties of each topic, by their names.
    ///
    /// - Throws: `KafkaError` for the first topic whose properties can't be read.
    package func topicConfiguration(
        _ names: [String],
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) -> [String: [String: TopicProperty]] {
        throw .coded(.state, "not built yet")
    }

    /// Gives a topic more partitions, up to that number; it never has fewer.
    package func createPartitions(
        topic: String,
        total: Int,
        validateOnly: Bool = false,
        within limit: Duration = .seconds(30)
    ) async throws(KafkaError) {
        throw .coded(.state, "not built yet")
    }

    /// Deletes topics with all that is in them.
    ///
    /// - Returns: the names of those that it deleted; the others didn't exist.
    /// - Throws: `KafkaError` for the first that can't be deleted; some may have been.
    @discardableResult
    package func deleteTopics(
        _ names: [String],
        within limit: Duration = .seconds(30)
    ) async throws(KafkaError) -> [String] {
        throw .coded(.state, "not built yet")
    }
}
