import Kafka
import LocalStack
import Testing

/// What has broken other consumers, from the tracker of Confluent's parallel-consumer and from librdkafka's.
@Suite struct GroupTroubleTests {
    private static let assignors = ["range", "cooperative-sticky"]

    /// Runs members by name beside a load, until the body is done; then all that was sent must be seen.
    private func underLoad(
        _ cluster: Cluster,
        _ ledger: Ledger,
        _ members: [String: ConsumerGroupMember],
        _ body: (_ start: ([String]) -> Void) async throws -> Void
    ) async throws {
        let producer = try cluster.producer()
        let load = Load()
        let sending = Task { try await load.run(producer, topic: "jobs") }
        defer { load.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await body { names in
                for (name, member) in members where names.contains(name) {
                    group.addTask { try await member.run() }
                    group.addTask { try await ledger.work(member, name) }
                }
            }
            load.stop()
            let count = try await sending.value
            try await within(.seconds(15), "all \(count)") { await ledger.seen(count) }
            for member in members.values { member.close(within: .zero) }
            try await group.waitForAll()
        }
        await producer.close(within: .seconds(5))
    }

    @Test(arguments: assignors)
    func `members that are added quickly under load settle, without rebalances on and on`(assignor: String)
        async throws
    {
        let cluster = try Cluster((name: "jobs", partitions: 10))
        let ledger = Ledger()
        var members: [String: ConsumerGroupMember] = [:]
        for name in ["m0", "m1", "m2", "m3", "m4"] {
            members[name] = try cluster.member(
                name,
                group: "g",
                topics: ["jobs"],
                ["partition.assignment.strategy": assignor]
            )
        }
        try await underLoad(cluster, ledger, members) { start in
            start(["m0"])
            try await within(.seconds(15), "the first") { await ledger.settled(10, among: 1) }
            start(["m1", "m2", "m3", "m4"])
            try await within(.seconds(30), "two each") { await ledger.settled(10, among: 5) }
            let turns = await ledger.assignments
            // At most a turn of the whole group for each that joined, if none came in time for another's.
            #expect(turns <= 1 + 4 * 5)
            try await within(.seconds(15), "more") { await ledger.seen(more: 100) }
            #expect(await ledger.assignments == turns)
        }
    }

    @Test func `a group goes on and commits after its broker was away for longer than a session`()
        async throws
    {
        let cluster = try Cluster((name: "jobs", partitions: 2))
        let ledger = Ledger()
        let member = try cluster.member("m0", group: "g", topics: ["jobs"])
        try await underLoad(cluster, ledger, ["m0": member]) { start in
            start(["m0"])
            try await within(.seconds(15), "messages") { await ledger.seen(20) }
            try cluster.kafka.brokerDown()
            try await within(.seconds(15), "the session's end") { await ledger.lost(1) }
            #expect(member.health().lastError != nil)
            try cluster.kafka.brokerUp()
            try await within(.seconds(20), "more") { await ledger.seen(more: 20) }
            try await commits(member)
        }
    }

    @Test func `the coordinator moves under load and nothing is lost`() async throws {
        let cluster = try Cluster(brokers: 3, (name: "jobs", partitions: 4))
        let ledger = Ledger()
        try cluster.kafka.setCoordinator(of: "g", broker: 1)
        let members = [
            "m0": try cluster.member("m0", group: "g", topics: ["jobs"]),
            "m1": try cluster.member("m1", group: "g", topics: ["jobs"]),
        ]
        try await underLoad(cluster, ledger, members) { start in
            start(["m0", "m1"])
            try await within(.seconds(15), "two each") { await ledger.settled(4, among: 2) }
            for broker in [2, 3] {
                try cluster.kafka.setCoordinator(of: "g", broker: broker)
                try await within(.seconds(15), "more") { await ledger.seen(more: 50) }
                for member in members.values { try await commits(member) }
            }
        }
    }

    @Test(arguments: [22, 25] as [Int32], assignors)
    func `a partition that is lost comes again and is read on`(error: Int32, assignor: String) async throws {
        let cluster = try Cluster((name: "jobs", partitions: 2))
        let ledger = Ledger()
        let properties = ["partition.assignment.strategy": assignor]
        let member = try cluster.member("m0", group: "g", topics: ["jobs"], properties)
        try await underLoad(cluster, ledger, ["m0": member]) { start in
            start(["m0"])
            try await within(.seconds(15), "messages") { await ledger.seen(20) }
            try cluster.kafka.push(errors: [error], to: .heartbeat)
            try await within(.seconds(15), "the loss") { await ledger.lost(1) }
            try await within(.seconds(20), "both again") { await ledger.settled(2, among: 1) }
            try await within(.seconds(15), "more") { await ledger.seen(more: 20) }
            #expect(await ledger.drains == 0)
            try await commits(member)
        }
    }

    @Test(arguments: assignors)
    func `a broker that goes and comes back while a revocation drains halts no partition`(assignor: String)
        async throws
    {
        let cluster = try Cluster((name: "jobs", partitions: 4))
        let properties = ["partition.assignment.strategy": assignor]
        let first = try cluster.member("m0", group: "g", topics: ["jobs"], properties)
        let second = try cluster.member("m1", group: "g", topics: ["jobs"], properties)
        let ledger = Ledger()
        let producer = try cluster.producer()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await first.run() }
            group.addTask {
                try await ledger.work(first, "m0") {
                    try cluster.kafka.brokerDown()
                    let partition = TopicPartition(topic: "jobs", partition: 0)
                    await #expect(throws: KafkaError.self) {
                        try await first.commit([partition: 0], within: .milliseconds(300))
                    }
                    try cluster.kafka.brokerUp()
                }
            }
            try await within(.seconds(15), "the first's") { await ledger.settled(4, among: 1) }
            group.addTask { try await second.run() }
            group.addTask { try await ledger.work(second, "m1") }
            try await within(.seconds(40), "two each") { await ledger.settled(4, among: 2) }
            for number in 0..<40 {
                let record = ProducerRecord(
                    topic: "jobs",
                    partition: Int32(number % 4),
                    value: Array("\(number)".utf8)
                )
                try await producer.send(record)
            }
            try await within(.seconds(15), "all partitions' messages") { await ledger.seen(40) }
            first.close(within: .zero)
            second.close(within: .zero)
            try await group.waitForAll()
        }
        await producer.close(within: .seconds(5))
    }

    @Test func `a member that is cancelled at whatever point ends`() async throws {
        let cluster = try Cluster((name: "jobs", partitions: 2))
        let producer = try cluster.producer()
        for number in 0..<20 {
            try await producer.send(ProducerRecord(topic: "jobs", key: "\(number)", text: "\(number)"))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for point in 0..<12 {
                let member = try cluster.member("m\(point)", group: "g\(point)", topics: ["jobs"])
                group.addTask {
                    let life = Task { try await member.run() }
                    var events = 0
                    while events < point, let event = try await member.next() {
                        events += 1
                        // Left unanswered on purpose, half of the time.
                        if case .message(let message) = event, point.isMultiple(of: 2) {
                            async let _ = member.commit([message.topicPartition: message.offset + 1])
                        }
                    }
                    life.cancel()
                    try await within(.seconds(15), "the end at \(point)") { try await life.value }
                    while try await member.next() != nil {}
                }
            }
            try await group.waitForAll()
        }
        await producer.close(within: .seconds(5))
    }

    /// Commits until it is accepted: a refusal during a turn of the group isn't for ever.
    private func commits(_ member: ConsumerGroupMember) async throws {
        try await within(.seconds(15), "a commit") {
            while true {
                let positions = try await member.positions()
                do {
                    return try await member.commit(positions, within: .seconds(2))
                } catch {
                    try Task.checkCancellation()
                }
            }
        }
    }
}
