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
    /// How many copies an acknowledged message has at least; nil: what the brokers think best.
    package let minInSync: Int?
    /// Of requests, commands and events; of the others it is `lateRetention`.
    package let retention: Duration
    package let lateRetention: Duration

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
        minInSync = reading.readOptional(
            "topics.min_in_sync",
            .integer(1...100),
            "How many copies must have a message of a new topic; unset: 2 of 3 or more, else the brokers' default."
        )
        retention = reading.read(
            "topics.retention",
            .seconds(7 * 86_400),
            Self.retentionForm,
            "How long new topics of requests, commands and events keep messages."
        )
        lateRetention = reading.read(
            "topics.late_retention",
            .seconds(14 * 86_400),
            Self.retentionForm,
            "How long new topics of dead messages and orphaned volumes keep them, for people to look."
        )
        if let replication, let minInSync, minInSync > replication {
            reading.fail(
                SettingError("BERTH_TOPICS_MIN_IN_SYNC", "must not be over BERTH_TOPICS_REPLICATION")
            )
        }
    }

    private static let retentionForm = SettingForm.duration(.seconds(3600) ... .seconds(3650 * 86_400))

    /// The defaults.
    package init() {
        var reading = SettingReading(SettingSources(environment: [:]))
        self.init(&reading)
    }

    package var all: [Topic] { [requests, commands, events, orphaned, dead] }

    /// What is to be created where a topic is missing.
    package var creations: [NewTopic] {
        all.map {
            NewTopic(
                name: $0.name,
                partitions: $0.partitions,
                replication: replication,
                configuration: properties(of: $0)
            )
        }
    }

    /// What a message may weigh where Berth takes work from: its limit of 128 KB, and room for headers.
    static let mostBytesOfWork = 256 << 10
    /// A letter holds a whole message and the reason of its death; this is what brokers take by default.
    static let mostBytesOfLetters = 1_048_588

    /// The properties that a topic is made with.
    func properties(of topic: Topic) -> [String: String] {
        let keep = topic == orphaned || topic == dead ? lateRetention : retention
        var properties = [
            // Compaction would keep the last message of each key alone.
            "cleanup.policy": "delete",
            "retention.ms": "\(Int64(keep / .milliseconds(1)))",
            // What is too big is refused to its producer, rather than found out by a worker.
            "max.message.bytes": "\(topic == dead ? Self.mostBytesOfLetters : Self.mostBytesOfWork)",
        ]
        if let count = minInSync ?? replication.flatMap({ $0 >= 3 ? 2 : nil }) {
            properties["min.insync.replicas"] = "\(count)"
        }
        return properties
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
