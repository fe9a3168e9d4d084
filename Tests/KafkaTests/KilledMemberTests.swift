import Foundation
import Kafka
import LocalStack
import Testing

@Suite(.enabled(if: Kcat.path != nil, "kcat is not installed"))
struct KilledMemberTests {
    /// A member that another library makes, in a process of its own, which commits nothing.
    private struct Stranger {
        private let process = Process()
        private let printed: AsyncStream<Void>

        init(_ cluster: Cluster, group: String, topic: String) throws {
            let (printed, print) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            self.printed = printed
            process.executableURL = URL(fileURLWithPath: try #require(Kcat.path))
            let properties = LocalKafka.clientProperties.merging([
                "partition.assignment.strategy": "range", "auto.offset.reset": "earliest",
                "enable.auto.commit": "false",
            ]) { $1 }
            process.arguments =
                ["-b", cluster.kafka.bootstrapServers, "-u", "-q"]
                + properties.sorted { $0.key < $1.key }.flatMap { ["-X", "\($0)=\($1)"] } + [
                    "-G", group, topic,
                ]
            let output = Pipe()
            output.fileHandleForReading.readabilityHandler = { handle in
                if handle.availableData.isEmpty {
                    handle.readabilityHandler = nil
                    print.finish()
                } else {
                    print.yield()
                }
            }
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        var isRunning: Bool { process.isRunning }

        /// It prints once it has partitions.
        func hasRead() async {
            for await _ in printed { return }
        }

        func kill() {
            if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) }
        }
    }

    @Test func `what a killed member of another make held comes to ours, from the committed offset on`()
        async throws
    {
        let cluster = try Cluster((name: "jobs", partitions: 2))
        let producer = try cluster.producer()
        func send(_ numbers: Range<Int>) async throws {
            for number in numbers {
                let record = ProducerRecord(
                    topic: "jobs",
                    partition: Int32(number % 2),
                    value: Array("\(number)".utf8)
                )
                try await producer.send(record)
            }
        }
        try await send(0..<10)
        let stranger = try Stranger(cluster, group: "g", topic: "jobs")
        defer { stranger.kill() }
        try await within(.seconds(15), "the stranger's messages") { await stranger.hasRead() }
        let ledger = Ledger()
        let member = try cluster.member("m0", group: "g", topics: ["jobs"])
        try await running(member) { member in
            async let work: Void = ledger.work(member, "m0")
            // Beside a living one, ours has its half, and that half alone.
            try await within(.seconds(20), "our half") { await ledger.settled(1, among: 1) }
            try await within(.seconds(15), "our half's messages") { await ledger.seen(5) }
            #expect(stranger.isRunning)
            stranger.kill()
            try await within(.seconds(20), "both partitions") { await ledger.settled(2, among: 1) }
            try await within(.seconds(15), "all that the stranger had read") { await ledger.seen(10) }
            try await send(10..<20)
            try await within(.seconds(15), "what came after") { await ledger.seen(20) }
            #expect(await ledger.losses == 0)
            member.close(within: .zero)
            try await work
        }
        await producer.close(within: .seconds(5))
    }
}
