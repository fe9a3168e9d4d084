package import Kafka

/// How far a group is behind on its topics, and who is in it.
package struct LagReport: Sendable, Encodable {
    package struct Partition: Sendable, Encodable {
        package let partition: Int32
        /// Nil: the group never committed there.
        package let committed: Int64?
        package let end: Int64
        package let lag: Int64
        /// The client that has it; nil if nobody has, or it isn't known.
        package let member: String?
    }

    package struct Topic: Sendable, Encodable {
        package let topic: String
        package let lag: Int64
        package let partitions: [Partition]
    }

    package struct Member: Sendable, Encodable {
        package let client: String
        package let host: String
        package let partitions: Int
    }

    package let group: String
    /// In Kafka's words, such as `Stable`; nil if the brokers didn't tell.
    package let state: String?
    package let assignor: String?
    /// Nil if the brokers didn't tell, which isn't the same as none.
    package let members: [Member]?
    /// Why they didn't.
    package let membersUnknown: String?
    package let lag: Int64
    package let topics: [Topic]

    enum CodingKeys: String, CodingKey {
        case group, state, assignor, members, lag, topics
        case membersUnknown = "members_unknown"
    }

    /// A report of what was found.
    package init(group: String, lags: [PartitionLag], members found: Result<GroupDescription, KafkaError>) {
        self.group = group
        var owners: [TopicPartition: String] = [:]
        switch found {
        case .success(let description):
            state = description.state
            assignor = description.protocolName.isEmpty ? nil : description.protocolName
            members = description.members.map {
                Member(client: $0.clientID, host: $0.host, partitions: $0.assignment.count)
            }.sorted { $0.client < $1.client }
            for member in description.members {
                for partition in member.assignment { owners[partition] = member.clientID }
            }
            membersUnknown = nil
        case .failure(let error):
            (state, assignor, members) = (nil, nil, nil)
            membersUnknown = error.advice
        }
        lag = lags.reduce(0) { $0 + $1.lag }
        topics = Dictionary(grouping: lags, by: \.partition.topic).sorted { $0.key < $1.key }.map {
            topic,
            lags in
            Topic(
                topic: topic,
                lag: lags.reduce(0) { $0 + $1.lag },
                partitions: lags.sorted { $0.partition < $1.partition }.map {
                    Partition(
                        partition: $0.partition.partition,
                        committed: $0.committed,
                        end: $0.end,
                        lag: $0.lag,
                        member: owners[$0.partition]
                    )
                }
            )
        }
    }

    /// For people: the sums, the members, and every partition that is behind (or all of them).
    package func lines(everyPartition: Bool) -> [String] {
        var lines = ["\(group)  \(summary)"]
        for topic in topics {
            lines.append("  \(topic.topic)  lag \(topic.lag) on \(topic.partitions.count) partitions")
            for partition in topic.partitions where everyPartition || partition.lag > 0 {
                let committed = partition.committed.map { "\($0)" } ?? "nothing"
                let member = partition.member.map { "  \($0)" } ?? ""
                lines.append(
                    "    \(partition.partition): lag \(partition.lag), committed \(committed) of \(partition.end)\(member)"
                )
            }
        }
        for member in members ?? [] {
            lines.append("  member \(member.client) on \(member.host) has \(member.partitions) partitions")
        }
        return lines
    }

    private var summary: String {
        guard let members else {
            return "lag \(lag); who is in the group isn't known: \(membersUnknown ?? "")"
        }
        let by = assignor.map { ", \($0)" } ?? ""
        return "lag \(lag), \(members.count) members (\(state ?? "")\(by))"
    }
}
