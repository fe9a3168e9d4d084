import ArgumentParser
import Foundation
import LocalStack

/// The mock cluster, in a process of its own so that its time is not the measured one's.
struct MockClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mock-cluster",
        abstract: "Runs a mock Kafka until its standard input ends; prints its address.",
        shouldDisplay: false
    )

    @Option(help: "Topics as name:partitions, divided by commas.")
    var topics: String

    func run() async throws {
        let topics = try topics.split(separator: ",").map { text in
            let parts = text.split(separator: ":")
            guard parts.count == 2, let partitions = Int(parts[1]) else {
                throw ValidationError("--topics takes name:partitions, not '\(text)'")
            }
            return (name: String(parts[0]), partitions: partitions)
        }
        let kafka = try LocalKafka(topics: topics)
        print(kafka.bootstrapServers)
        fflush(nil)
        // Whoever started this holds the other end, and takes it along when it ends.
        while readLine() != nil {}
        kafka.close()
    }
}

/// A mock cluster that ends with this value, or with this process.
final class MockCluster {
    private let process = Process()
    private let stdin = Pipe()
    let address: String

    init(topics: [(name: String, partitions: Int)]) throws {
        let stdout = Pipe()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [
            "mock-cluster", "--topics", topics.map { "\($0.name):\($0.partitions)" }.joined(separator: ","),
        ]
        process.standardInput = stdin
        process.standardOutput = stdout
        try process.run()
        let line = String(decoding: stdout.fileHandleForReading.availableData, as: UTF8.self)
        address = line.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !address.isEmpty else { throw BenchFailure("the mock cluster didn't start") }
    }

    func close() {
        try? stdin.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}

/// Something could not be measured.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
