extension Admin {
    /// Who is in a group, and which partitions each has; an unknown group is `Dead` and has no members.
    package func describeGroup(
        _ id: String,
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) -> GroupDescription {
        let deadline = thread.now() + limit
        return try await thread.ask("describe the group") { loop, promise in
            promise.settle(loop.describe(group: id, until: deadline))
        }
    }

    /// The next offset of each partition, as the group committed it; partitions without a commit are absent.
    package func committedOffsets(
        group: String,
        of partitions: [TopicPartition],
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) -> [TopicPartition: Int64] {
        let deadline = thread.now() + limit
        return try await thread.ask("ask for committed offsets") { loop, promise in
            promise.settle(loop.committed(group: group, of: partitions, until: deadline))
        }
    }

    /// How far a group is behind in each partition of these topics, sorted.
    ///
    /// - Throws: `KafkaError`; `unknownTopic` if one doesn't exist.
    package func lag(
        group: String,
        topics: [String],
        within limit: Duration = .seconds(15)
    ) async throws(KafkaError) -> [PartitionLag] {
        let deadline = thread.now() + limit
        return try await thread.ask("ask for the lag") { loop, promise in
            promise.settle(loop.lag(group: group, topics: topics, until: deadline))
        }
    }

    /// Moves a group's offsets; the brokers refuse while the group has members.
    ///
    /// - Throws: `KafkaError` for the first partition that is refused; others may have been moved.
    package func commitOffsets(
        group: String,
        _ offsets: [TopicPartition: Int64],
        within limit: Duration = .seconds(10)
    ) async throws(KafkaError) {
        guard !offsets.isEmpty else { return }
        if let wrong = offsets.filter({ $0.value < 0 }).keys.min() {
            throw .coded(.invalidConfiguration, "commit of \(wrong): an offset is 0 or more")
        }
        let deadline = thread.now() + limit
        return try await thread.ask("move the group's offsets") { loop, promise in
            promise.settle(loop.commit(group: group, offsets, until: deadline))
        }
    }
}
