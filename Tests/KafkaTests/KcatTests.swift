import Foundation
import Kafka
import LocalStack
import Testing

/// Another client's view of the same records.
@Suite(.enabled(if: Kcat.path != nil, "kcat is not installed"))
struct KcatTests {
    @Test func `kcat reads what a producer sent`() async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer()
        let headers = [KafkaHeader("ce_id", "7"), KafkaHeader("empty", []), KafkaHeader("none", nil)]
        try await producer.send(
            ProducerRecord(topic: "things", key: [0x6B], value: [0x76], headers: headers)
        )
        try await producer.send(ProducerRecord(topic: "things", key: [0x6B], value: nil))
        await producer.close(within: .seconds(5))
        let lines = try await kcat(cluster, ["-C", "-e", "-q", "-t", "things", "-f", "%p %o %k %K %S %h\n"])
        #expect(lines.split(separator: "\n") == ["0 0 k 1 1 ce_id=7,empty=,none=NULL", "0 1 k 1 -1 "])
    }

    @Test func `a key lands on the partition that kcat would choose as Java does`() async throws {
        let cluster = try Cluster((name: "things", partitions: 7))
        let producer = try cluster.producer()
        let kcatKeys = (0..<20).map { "key-\($0)" }
        for key in kcatKeys {
            try await producer.send(ProducerRecord(topic: "things", key: key, text: "berth"))
        }
        await producer.close(within: .seconds(5))
        let input = kcatKeys.map { "\($0):kcat\n" }.joined()
        let options = ["-P", "-t", "things", "-K:", "-X", "topic.partitioner=murmur2_random"]
        _ = try await kcat(cluster, options, input: input)
        let lines = try await kcat(cluster, ["-C", "-e", "-q", "-t", "things", "-f", "%k %p\n"])
        let places = Dictionary(grouping: lines.split(separator: "\n").map(String.init)) { $0 }
        #expect(places.count == 20)
        #expect(places.values.allSatisfy { $0.count == 2 })
    }

    private func kcat(_ cluster: Cluster, _ options: [String], input: String = "") async throws -> String {
        let path = try #require(Kcat.path)
        let servers = cluster.kafka.bootstrapServers
        return try await within(.seconds(15), "kcat") {
            try await Kcat.run(path, ["-b", servers] + options, input: input)
        }
    }
}

enum Kcat {
    static let path = ["/usr/bin/kcat", "/usr/local/bin/kcat", "/usr/bin/kafkacat"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Runs kcat and returns what it wrote; killed when the task is cancelled.
    static func run(_ path: String, _ arguments: [String], input: String) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let (standardInput, output) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        for await _ in ends {}
        if process.isRunning { process.terminate() }
        // Small enough for the pipe, so that it needn't be read while kcat runs.
        return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
}
