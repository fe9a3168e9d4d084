package import Kafka

/// The topics, and how many partitions each is made with.
package struct Topics: Sendable, Hashable {
    package struct Topic: Sendable, Hashable {
        package let name: String
        package let partitions: Int
    }

    package let requests: Topic
    package let commands: Topic
    package let events: Topic
    package let orphaned: Topic
    package let dead: Topic
    /// Nil: what the cluster's brokers think best.
    package let replication: Int?

    init(_ reading: inout SettingReading) {
        func topic(_ key: String, _ name: String, _ partitions: Int, _ summary: String) -> Topic {
            let name = reading.read(
                "topics.\(key)",
                name,
                .text("1 to 249 letters, digits, dots, hyphens and underscores", where: Self.isName),
                "The topic of \(summary)."
            )
            let count = reading.read(
                "topics.\(key)_partitions",
                partitions,
                .integer(1...10_000),
                "How many partitions the topic of \(summary) is made with."
            )
            return Topic(name: name, partitions: count)
        }
        requests = topic("requests", "reservations.requests", 48, "reservation requests")
        commands = topic("commands", "reservations.commands", 12, "commands such as cancel")
        events = topic("events", "reservations.events", 12, "what became of reservations")
        orphaned = topic("orphaned", "volumes.orphaned", 12, "volumes that may be nobody's any more")
        dead = topic("dead", "berth.dead", 3, "messages that can't be understood")
        replication = reading.readOptional(
            "topics.replication",
            .integer(1...100),
            "How many copies new topics have; the brokers' default if unset."
        )
    }

    /// The defaults.
    package init() {
        var reading = SettingReading(SettingSources(environment: [:]))
        self.init(&reading)
    }

    package var all: [Topic] { [requests, commands, events, orphaned, dead] }

    /// What is to be created where a topic is missing.
    package var creations: [NewTopic] {
        all.map { NewTopic(name: $0.name, partitions: $0.partitions, replication: replication) }
    }

    private static func isName(_ text: String) -> Bool {
        (1...249).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }
}
