package import Logging
import Synchronization

/// Topics and groups, seen from outside.
package final class Admin: Sendable {
    let thread: ClientThread<AdminLoop>
    private let client: NativeClient
    private let bootstrapServers: String

    /// Opens a client; it connects in the background.
    ///
    /// - Throws: `KafkaError` naming a property that is refused.
    package init(
        configuration: KafkaConfiguration,
        logger: Logger,
        now: @escaping Now = { .now }
    ) throws(KafkaError) {
        let bell = try Bell()
        let client = try NativeClient(
            .admin,
            configuration,
            defaults: [:],
            bell: bell,
            logger: logger,
            now: now
        )
        self.client = client
        bootstrapServers = configuration.bootstrapServers
        thread = ClientThread(bell: bell, now: now)
        thread.start(name: "kafka-admin") { AdminLoop(client: client) }
    }

    deinit {
        close()
    }

    /// The topics that exist among these; asking creates none.
    package func describeTopics(
        _ names: [String],
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) -> [String: TopicDescription] {
        let deadline = thread.now() + limit
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

    /// The offset that the next message of each partition will get.
    package func endOffsets(
        of topics: [String],
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        let deadline = thread.now() + limit
        return try await thread.ask("ask for end offsets") { loop, promise in
            promise.settle(loop.ends(of: topics, until: deadline))
        }
    }

    /// Ends the client; a question under way fails within a second.
    package func close() {
        client.isAbandoned.store(true, ordering: .relaxed)
        thread.post { $0.close() }
    }
}
