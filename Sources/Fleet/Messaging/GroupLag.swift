import Kafka

extension KafkaAccess {
    /// Messages that the fleet's groups haven't read, by topic.
    package func lagByTopic(_ settings: FleetSettings) async throws(StartError) -> [String: Int64] {
        let (topics, groups) = (settings.topics, settings.kafka)
        let asked = [
            (groups.workerGroup, [topics.requests.name, topics.commands.name]),
            (groups.janitorGroup, [topics.orphaned.name]),
        ]
        return try await asking { admin throws(KafkaError) in
            var sums: [String: Int64] = [:]
            for (group, names) in asked {
                for lag in try await admin.lag(group: group, topics: names) {
                    sums[lag.partition.topic, default: 0] += lag.lag
                }
            }
            return sums
        }
    }
}
