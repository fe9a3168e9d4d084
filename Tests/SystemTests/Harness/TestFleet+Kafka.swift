import Foundation
import Kafka
import Testing

/// The broker that the environment names.
enum ExternalKafka {
    /// `host:port`, several divided by commas; nil: the local stack's mock brokers are used.
    static let servers = variable("BERTH_TEST_KAFKA")
    /// A command that restarts it with its log kept, and returns once it has begun.
    static let restart = variable("BERTH_TEST_KAFKA_RESTART")

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension Trait where Self == ConditionTrait {
    /// For what the mock can't show.
    ///
    /// `ops/test` counts the tests that were skipped with a reason that begins with the variable's name.
    static var needsExternalKafka: Self {
        .enabled(if: ExternalKafka.servers != nil, "BERTH_TEST_KAFKA names no broker")
    }

    static var needsRestartableKafka: Self {
        .enabled(
            if: ExternalKafka.servers != nil && ExternalKafka.restart != nil,
            "BERTH_TEST_KAFKA and BERTH_TEST_KAFKA_RESTART name no broker and how to restart it"
        )
    }

    /// For faults that only the local stack's brokers can be told to have.
    static var needsLocalKafka: Self {
        .disabled(if: ExternalKafka.servers != nil, "an external broker can't be told to fail")
    }
}

extension TestFleet {
    var workerGroup: String { environment["BERTH_KAFKA_WORKER_GROUP"] ?? "berth-workers" }

    func kafka(_ words: String...) async throws {
        try await succeed("berth-dev", ["kafka"] + words)
    }

    /// Waits until the workers' group has committed all that was published.
    func expectCommitted(within limit: Duration = .seconds(30)) async throws {
        let admin = try Admin(configuration: kafka, logger: Self.quiet)
        defer { admin.close() }
        let ends = try await admin.endOffsets(of: [name(of: .requests), name(of: .commands)])
            .filter { $0.value > 0 }
        #expect(!ends.isEmpty)
        var last: [TopicPartition: Int64] = [:]
        do {
            _ = try await until("all is committed", within: limit) {
                last = try await admin.committedOffsets(group: workerGroup, of: Array(ends.keys))
                return last == ends ? true : nil
            }
        } catch let error as NotInTime {
            throw Failure(description: "\(error): \(last) instead of \(ends)")
        }
    }

    /// All that a topic holds now.
    func everything(on topic: Topic) async throws -> [KafkaMessage] {
        let admin = try Admin(configuration: kafka, logger: Self.quiet)
        defer { admin.close() }
        let ends = try await admin.endOffsets(of: [name(of: topic)])
        return try await messages(on: topic, count: Int(ends.values.reduce(0, +)))
    }

    /// Commits offsets for the workers' group, as somebody does who has mistaken one cluster for another.
    ///
    /// No worker may run meanwhile.
    func commitForWorkers(_ change: @escaping @Sendable (Int64) -> Int64) async throws {
        let topic = name(of: .requests)
        let admin = try Admin(configuration: kafka, logger: Self.quiet)
        defer { admin.close() }
        let offsets = try await admin.endOffsets(of: [topic]).mapValues(change)
        var configuration = kafka
        // The mock lets the group wait for the longest session of its members.
        configuration.properties.merge(["session.timeout.ms": "6000", "heartbeat.interval.ms": "500"]) { $1 }
        let member = try ConsumerGroupMember(
            configuration: configuration,
            group: workerGroup,
            topics: [topic],
            logger: Self.quiet
        )
        try await SystemTests.within(.seconds(40), "the commit of \(offsets)") {
            async let life: Void = member.run()
            var owned: Set<TopicPartition> = []
            while owned.count < offsets.count, let event = try await member.next() {
                switch event {
                case .assigned(let partitions): owned.formUnion(partitions)
                case .revoking(let revocation): revocation.complete()
                case .message, .lost: break
                }
            }
            try await member.commit(offsets)
            member.close(within: .zero)
            try await life
        }
        #expect(try await admin.committedOffsets(group: workerGroup, of: Array(offsets.keys)) == offsets)
    }
}
