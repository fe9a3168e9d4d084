package import Kafka

/// Something about a topic that will hurt.
package struct TopicFinding: Sendable, Hashable, Encodable {
    package enum Kind: String, Sendable, CaseIterable, Encodable {
        case missing, partitions, replication
        case inSync = "min.insync.replicas"
        case retention = "retention.ms"
        case bytes = "retention.bytes"
        case cleanup = "cleanup.policy"
        case size = "max.message.bytes"
        case stamp = "message.timestamp.type"
        case election = "unclean.leader.election.enable"
    }

    package let topic: String
    package let finding: Kind
    /// One line: what is wrong, and what to do.
    package let problem: String
}

/// What of a topic doesn't need rights to its properties.
package struct TopicShape: Sendable, Hashable {
    let partitions: Int
    /// Of the partition that has the fewest.
    let copies: Int
    let brokers: Set<Int32>

    package init(_ description: TopicDescription) {
        self.init(
            partitions: description.partitions.count,
            copies: description.partitions.map(\.replicas.count).min() ?? 0,
            brokers: Set(description.partitions.flatMap(\.replicas))
        )
    }

    package init(partitions: Int, copies: Int, brokers: Set<Int32>) {
        self.partitions = partitions
        self.copies = copies
        self.brokers = brokers
    }
}

/// Holds the topics that there are against what Berth needs of them.
package struct TopicAudit: Sendable {
    private let topics: Topics
    private let maxAge: Duration
    private let purgeAfter: Duration
    private let found: [String: TopicShape]
    /// Brokers that hold any copy of these topics.
    private let brokers: Int

    package init(
        _ topics: Topics,
        maxAge: Duration,
        purgeAfter: Duration,
        found: [String: TopicShape]
    ) {
        self.topics = topics
        self.maxAge = maxAge
        self.purgeAfter = purgeAfter
        self.found = found
        brokers = found.values.reduce(into: Set<Int32>()) { $0.formUnion($1.brokers) }.count
    }

    /// What can be seen without rights to the topics' properties.
    package func shape() -> [TopicFinding] {
        topics.all.flatMap { topic -> [TopicFinding] in
            guard let there = found[topic.name] else {
                return [finding(topic, .missing, "doesn't exist: run `berth topics create`")]
            }
            var findings: [TopicFinding] = []
            if there.partitions < topic.partitions {
                findings.append(
                    finding(
                        topic,
                        .partitions,
                        "has \(there.partitions) of \(topic.partitions) partitions: "
                            + "run `berth topics create --grow`"
                    )
                )
            }
            if brokers > 1, there.copies == 1 {
                findings.append(
                    finding(
                        topic,
                        .replication,
                        "has one copy on \(brokers) brokers: the loss of one loses it"
                    )
                )
            }
            return findings
        }
    }

    /// What the topics' properties say, by topic.
    package func properties(_ properties: [String: [String: String]]) -> [TopicFinding] {
        topics.all.filter { found[$0.name] != nil }.flatMap { topic -> [TopicFinding] in
            let values = properties[topic.name] ?? [:]
            return [
                retention(topic, values), size(topic, values, properties), copies(topic, values),
                bySize(topic, values), cleanup(topic, values), stamp(topic, values), election(topic, values),
            ].compactMap { $0 }
        }
    }

    private func isWork(_ topic: Topics.Topic) -> Bool {
        topic == topics.requests || topic == topics.commands
    }

    private func finding(_ topic: Topics.Topic, _ kind: TopicFinding.Kind, _ problem: String) -> TopicFinding
    {
        TopicFinding(topic: topic.name, finding: kind, problem: problem)
    }

    private func retention(_ topic: Topics.Topic, _ values: [String: String]) -> TopicFinding? {
        guard topic != topics.events, let milliseconds = values["retention.ms"].flatMap({ Int64($0) }) else {
            return nil
        }
        let isForEver = milliseconds < 0
        let kept = Duration.milliseconds(milliseconds)
        if !isForEver, kept < maxAge {
            return finding(
                topic,
                .retention,
                "keeps messages for \(DurationText.write(kept)), less than BERTH_REQUESTS_MAX_AGE "
                    + "(\(DurationText.write(maxAge))): raise retention.ms"
            )
        }
        guard isWork(topic), isForEver || kept > purgeAfter else { return nil }
        return finding(
            topic,
            .retention,
            "keeps messages \(isForEver ? "for ever" : "for \(DurationText.write(kept))"), longer than rows are "
                + "(BERTH_REQUESTS_PURGE_AFTER, \(DurationText.write(purgeAfter))): lower retention.ms"
        )
    }

    private func size(
        _ topic: Topics.Topic,
        _ values: [String: String],
        _ all: [String: [String: String]]
    ) -> TopicFinding? {
        guard let limit = values["max.message.bytes"].flatMap({ Int($0) }) else { return nil }
        let room = 16 << 10
        if topic == topics.dead {
            let sources = [topics.requests, topics.commands, topics.orphaned]
            let largest = sources.compactMap { source in
                all[source.name]?["max.message.bytes"].flatMap { Int($0) }
            }.max()
            guard let largest, limit < largest + room, limit < Topics.mostBytesOfLetters else { return nil }
            return finding(
                topic,
                .size,
                "takes \(limit) bytes, but messages of \(largest) bytes may die: raise max.message.bytes"
            )
        }
        guard limit < (128 << 10) + room else { return nil }
        return finding(
            topic,
            .size,
            "takes \(limit) bytes, less than a message of 128 KB with its headers: raise max.message.bytes"
        )
    }

    private func copies(_ topic: Topics.Topic, _ values: [String: String]) -> TopicFinding? {
        let copies = found[topic.name]?.copies ?? 0
        guard copies > 1, let least = values["min.insync.replicas"].flatMap({ Int($0) }) else { return nil }
        if least >= copies {
            return finding(
                topic,
                .inSync,
                "wants all \(copies) copies in step: without any one broker nothing can be published"
            )
        }
        guard copies > 2, least == 1 else { return nil }
        return finding(
            topic,
            .inSync,
            "acknowledges what one of \(copies) copies has: set min.insync.replicas to 2"
        )
    }

    private func bySize(_ topic: Topics.Topic, _ values: [String: String]) -> TopicFinding? {
        guard topic != topics.events, let limit = values["retention.bytes"].flatMap({ Int64($0) }), limit >= 0
        else { return nil }
        return finding(
            topic,
            .bytes,
            "drops messages beyond \(limit) bytes a partition, read or not: set retention.bytes to -1"
        )
    }

    private func cleanup(_ topic: Topics.Topic, _ values: [String: String]) -> TopicFinding? {
        guard topic != topics.events, values["cleanup.policy"]?.contains("compact") == true else {
            return nil
        }
        return finding(
            topic,
            .cleanup,
            "is compacted, which loses all but the last message of a key: set cleanup.policy to delete"
        )
    }

    private func stamp(_ topic: Topics.Topic, _ values: [String: String]) -> TopicFinding? {
        guard isWork(topic), values["message.timestamp.type"] == "LogAppendTime" else { return nil }
        return finding(
            topic,
            .stamp,
            "stamps messages anew, so that old ones that are replayed look new: set CreateTime"
        )
    }

    private func election(_ topic: Topics.Topic, _ values: [String: String]) -> TopicFinding? {
        guard topic != topics.events, values["unclean.leader.election.enable"] == "true" else { return nil }
        return finding(
            topic,
            .election,
            "lets a broker lead that lacks acknowledged messages: set unclean.leader.election.enable to false"
        )
    }
}
