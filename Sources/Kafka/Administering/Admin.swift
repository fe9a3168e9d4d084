package import Logging

/// Topics and groups, seen from outside.
package final class Admin: Sendable {
    let thread: ClientThread<AdminLoop>
    private let bootstrapServers: String

    /// Opens a client; it connects in the background.
    ///
    /// - Throws: `KafkaError` naming a property that is refused.
    package init(configuration: KafkaConfiguration, logger: Logger) throws(KafkaError) {
        let bell = try Bell()
        let client = try NativeClient(.reader, configuration, defaults: [:], bell: bell, logger: logger)
        bootstrapServers = configuration.bootstrapServers
        thread = ClientThread(bell: bell)
        thread.start(name: "kafka-admin") { AdminLoop(client: client) }
    }

    deinit {
        thread.post { $0.close() }
    }

    /// The topics that exist among these; asking creates none.
    package func describeTopics(
        _ names: [String],
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) -> [String: TopicDescription] {
        let deadline = ContinuousClock.now + limit
        let all = try await thread.ask("describe topics") { loop, promise in
            promise.settle(loop.topics(until: deadline))
        }
        let wanted = Set(names)
        return Dictionary(all.filter { wanted.contains($0.name) }.map { ($0.name, $0) }) { $1 }
    }

    /// Says in one sentence which topics are missing, if any.
    ///
    /// - Throws: `KafkaError` with code `unknownTopic`, or what kept the brokers from answering.
    package func requireTopics(_ names: [String], within limit: Duration = .seconds(10))
        async throws(KafkaError)
    {
        let found = try await describeTopics(names, within: limit)
        let missing = names.filter { found[$0] == nil }
        guard !missing.isEmpty else { return }
        let (noun, verb) = missing.count == 1 ? ("topic", "doesn't") : ("topics", "don't")
        throw .coded(
            .unknownTopic,
            "the \(noun) \(missing.joined(separator: ", ")) \(verb) exist on \(bootstrapServers)"
        )
    }

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
        let deadline = ContinuousClock.now + limit
        return try await thread.ask("create topics") { loop, promise in
            promise.settle(loop.create(topics, validateOnly: validateOnly, until: deadline))
        }
    }

    /// The next offset of each partition, as the group committed it; partitions without a commit are absent.
    package func committedOffsets(
        group: String,
        of partitions: [TopicPartition],
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        let deadline = ContinuousClock.now + limit
        return try await thread.ask("ask for committed offsets") { loop, promise in
            promise.settle(loop.committed(group: group, of: partitions, until: deadline))
        }
    }

    /// The offset that the next message of each partition will get.
    package func endOffsets(
        of topics: [String],
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        let deadline = ContinuousClock.now + limit
        return try await thread.ask("ask for end offsets") { loop, promise in
            promise.settle(loop.ends(of: topics, until: deadline))
        }
    }

    package func close() {
        thread.post { $0.close() }
    }
}
