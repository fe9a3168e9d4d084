import Fleet
import Kafka
import Testing

@Suite struct TopicAuditTests {
    private static let topics = Topics()

    private static func shapes(_ change: (inout [String: TopicShape]) -> Void = { _ in }) -> [String:
        TopicShape]
    {
        var shapes: [String: TopicShape] = [:]
        for topic in topics.all {
            shapes[topic.name] = TopicShape(partitions: topic.partitions, copies: 3, brokers: [1, 2, 3])
        }
        change(&shapes)
        return shapes
    }

    private static func audit(_ found: [String: TopicShape]) -> TopicAudit {
        TopicAudit(topics, maxAge: .seconds(86_400), purgeAfter: .seconds(30 * 86_400), found: found)
    }

    /// What `berth topics create` makes.
    private static var created: [String: [String: String]] {
        Dictionary(topics.creations.map { ($0.name, $0.configuration) }) { $1 }
    }

    @Test func `topics as Berth makes them are as they should be`() {
        let audit = Self.audit(Self.shapes())
        #expect(audit.shape() == [])
        #expect(audit.properties(Self.created) == [])
    }

    @Test func `what is missing, small or alone is found`() {
        let found = Self.shapes {
            $0["reservations.requests"] = nil
            $0["reservations.commands"] = TopicShape(partitions: 11, copies: 3, brokers: [1])
            $0["berth.dead"] = TopicShape(partitions: 3, copies: 1, brokers: [1])
        }
        let findings = Self.audit(found).shape()
        #expect(findings.map(\.finding) == [.missing, .partitions, .replication])
        #expect(findings.map(\.topic) == ["reservations.requests", "reservations.commands", "berth.dead"])
        #expect(findings.first?.problem.contains("berth topics create") == true)
        #expect(findings.dropFirst().first?.problem.contains("11 of 12") == true)
    }

    @Test func `one copy is all that a single broker can have`() {
        let found = Self.shapes { shapes in
            for name in shapes.keys {
                shapes[name] = TopicShape(partitions: 48, copies: 1, brokers: [7])
            }
        }
        #expect(Self.audit(found).shape() == [])
    }

    struct Property: Sendable {
        var topic = "reservations.requests"
        let name: String
        let value: String
        /// Nil: nothing is found.
        let finding: TopicFinding.Kind?
    }

    @Test(arguments: [
        Property(name: "retention.ms", value: "86399999", finding: .retention),
        Property(name: "retention.ms", value: "86400000", finding: nil),
        Property(name: "retention.ms", value: "2592000001", finding: .retention),
        Property(name: "retention.ms", value: "-1", finding: .retention),
        Property(topic: "berth.dead", name: "retention.ms", value: "-1", finding: nil),
        Property(topic: "berth.dead", name: "retention.ms", value: "1000", finding: .retention),
        Property(topic: "reservations.events", name: "retention.ms", value: "1000", finding: nil),
        Property(name: "retention.bytes", value: "1000000", finding: .bytes),
        Property(name: "retention.bytes", value: "-1", finding: nil),
        Property(name: "cleanup.policy", value: "compact,delete", finding: .cleanup),
        Property(topic: "reservations.events", name: "cleanup.policy", value: "compact", finding: nil),
        Property(name: "max.message.bytes", value: "131072", finding: .size),
        Property(name: "max.message.bytes", value: "147456", finding: nil),
        Property(topic: "berth.dead", name: "max.message.bytes", value: "262144", finding: .size),
        Property(name: "min.insync.replicas", value: "1", finding: .inSync),
        Property(name: "min.insync.replicas", value: "2", finding: nil),
        Property(name: "min.insync.replicas", value: "3", finding: .inSync),
        Property(name: "message.timestamp.type", value: "LogAppendTime", finding: .stamp),
        Property(name: "unclean.leader.election.enable", value: "true", finding: .election),
    ])
    func `a property that will hurt is found`(_ property: Property) {
        var properties = Self.created
        properties[property.topic]?[property.name] = property.value
        let findings = Self.audit(Self.shapes()).properties(properties)
        #expect(findings.map(\.finding) == [property.finding].compactMap { $0 })
        for finding in findings { #expect(finding.topic == property.topic) }
    }
}
