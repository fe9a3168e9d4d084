import Kafka
import LocalStack
import Synchronization
import Testing

/// Committed offsets that the log no longer has, or never had.
@Suite struct OffsetResetTests {
    private static let item = TopicPartition(topic: "jobs", partition: 0)

    /// Collects what a member tells of resets.
    private final class Resets: Sendable {
        private let list = Mutex<[OffsetReset]>([])
        var all: [OffsetReset] { list.withLock { $0 } }
        var settings: ConsumerSettings {
            ConsumerSettings(onReset: { [self] reset in list.withLock { $0.append(reset) } })
        }
    }

    /// A topic whose group has committed that offset.
    private func cluster(committed offset: Int64) async throws -> Cluster {
        let cluster = try Cluster((name: "jobs", partitions: 1))
        let producer = try cluster.producer()
        for number: UInt8 in 0..<4 {
            try await producer.send(ProducerRecord(topic: "jobs", value: [number]))
        }
        await producer.close(within: .seconds(5))
        try await running(cluster.member("one", group: "g", topics: ["jobs"])) { member in
            _ = try await within(.seconds(15), "a message") { try await member.take(1) }
            try await member.commit([Self.item: offset])
        }
        return cluster
    }

    /// The local Kafka keeps 5 MiB of a partition.
    private func truncate(_ cluster: Cluster) async throws {
        let producer = try cluster.producer()
        for _ in 0..<8 {
            let record = ProducerRecord(topic: "jobs", value: Array(repeating: 0x2E, count: 900_000))
            try await producer.send(record)
        }
        await producer.close(within: .seconds(5))
    }

    @Test func `an offset below the log's start is told, and the oldest message follows`() async throws {
        let cluster = try await cluster(committed: 2)
        try await truncate(cluster)
        let resets = Resets()
        let member = try cluster.member("two", group: "g", topics: ["jobs"], settings: resets.settings)
        try await running(member) { member in
            let first = try await within(.seconds(15), "a message") { try await member.take(1) }[0]
            #expect(first.offset > 2)
            _ = try await within(.seconds(15), "the rest") { try await member.take(2) }
            // The answer about the committed offset may come after the message.
            try await within(.seconds(15), "the reset") { while resets.all.isEmpty { await Task.yield() } }
            #expect(resets.all == [OffsetReset(Self.item, from: 2, to: first.offset)])
        }
    }

    @Test func `an offset above the log's end is told, and the oldest message follows`() async throws {
        let cluster = try await cluster(committed: 1000)
        let resets = Resets()
        let member = try cluster.member("two", group: "g", topics: ["jobs"], settings: resets.settings)
        try await running(member) { member in
            let taken = try await within(.seconds(15), "messages") { try await member.take(4) }
            #expect(taken.map(\.offset) == [0, 1, 2, 3])
            try await within(.seconds(15), "the reset") { while resets.all.isEmpty { await Task.yield() } }
            #expect(resets.all == [OffsetReset(Self.item, from: 1000, to: 0)])
            #expect("\(resets.all[0])".contains("jobs") == true)
        }
    }

    /// Once the log has grown to the committed offset, another member would skip all that is below.
    @Test func `an offset above the log's end is taken back at once, before anything is done`() async throws {
        let cluster = try await cluster(committed: 1000)
        let admin = try cluster.admin()
        defer { admin.close() }
        #expect(try await admin.committedOffsets(group: "g", of: [Self.item]) == [Self.item: 1000])
        try await running(cluster.member("two", group: "g", topics: ["jobs"])) { member in
            _ = try await within(.seconds(15), "a message") { try await member.take(1) }
            try await within(.seconds(15), "the commit") {
                while try await admin.committedOffsets(group: "g", of: [Self.item]) != [Self.item: 0] {}
            }
        }
    }

    @Test func `an offset below the log's start stays until something is done`() async throws {
        let cluster = try await cluster(committed: 2)
        try await truncate(cluster)
        let resets = Resets()
        let admin = try cluster.admin()
        defer { admin.close() }
        let member = try cluster.member("two", group: "g", topics: ["jobs"], settings: resets.settings)
        try await running(member) { member in
            _ = try await within(.seconds(15), "a message") { try await member.take(1) }
            try await within(.seconds(15), "the reset") { while resets.all.isEmpty { await Task.yield() } }
            // The next answer from the coordinator comes after that of any commit sent with the reset.
            #expect(try await admin.committedOffsets(group: "g", of: [Self.item]) == [Self.item: 2])
        }
    }

    @Test func `an offset within the log is no reset`() async throws {
        let cluster = try await cluster(committed: 2)
        let resets = Resets()
        let member = try cluster.member("two", group: "g", topics: ["jobs"], settings: resets.settings)
        try await running(member) { member in
            let taken = try await within(.seconds(15), "messages") { try await member.take(2) }
            #expect(taken.map(\.offset) == [2, 3])
            #expect(resets.all.isEmpty)
        }
    }

    @Test func `with the policy error the member ends with a sentence`() async throws {
        let cluster = try await cluster(committed: 1000)
        let member = try cluster.member("two", group: "g", topics: ["jobs"], ["auto.offset.reset": "error"])
        let error = await #expect(throws: KafkaError.self) {
            try await within(.seconds(20), "the end") { try await member.run() }
        }
        #expect(error?.code == .noOffsetToReadFrom)
        #expect(
            error?.reason.contains("jobs[0] at offset 1000 can't be read") == true,
            "\(error?.reason ?? "")"
        )
    }
}
