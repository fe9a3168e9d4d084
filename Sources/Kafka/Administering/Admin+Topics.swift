extension Admin {
    /// Creates topics, or only asks whether they could be.
    ///
    /// - Returns: the names of those that it made; the others were there before.
    /// - Throws: `KafkaError` for the first that can't be made; some may have been.
    @discardableResult
    package func createTopics(
        _ topics: [NewTopic],
        validateOnly: Bool = false,
        within limit: Duration = .seconds(30)
    ) async throws(KafkaError) -> [String] {
        guard !topics.isEmpty else { return [] }
        let deadline = thread.now() + limit
        return try await thread.ask("create topics") { loop, promise in
            promise.settle(loop.create(topics, validateOnly: validateOnly, until: deadline))
        }
    }

    /// The properties of each topic, by their names.
    ///
    /// - Throws: `KafkaError` for the first topic whose properties can't be read.
    package func topicConfiguration(
        _ names: [String],
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) -> [String: [String: TopicProperty]] {
        guard !names.isEmpty else { return [:] }
        let deadline = thread.now() + limit
        return try await thread.ask("ask for the topics' properties") { loop, promise in
            promise.settle(loop.properties(of: names, until: deadline))
        }
    }

    /// Gives a topic more partitions, up to that number; it never has fewer.
    ///
    /// - Throws: `KafkaError`; the brokers refuse a number that the topic has or exceeds.
    package func createPartitions(
        topic: String,
        total: Int,
        validateOnly: Bool = false,
        within limit: Duration = .seconds(30)
    ) async throws(KafkaError) {
        let deadline = thread.now() + limit
        return try await thread.ask("create partitions") { loop, promise in
            promise.settle(
                loop.createPartitions(of: topic, total: total, validateOnly: validateOnly, until: deadline)
            )
        }
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
        guard !names.isEmpty else { return [] }
        let deadline = thread.now() + limit
        return try await thread.ask("delete topics") { loop, promise in
            promise.settle(loop.delete(names, until: deadline))
        }
    }
}
