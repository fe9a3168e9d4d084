import ArgumentParser
import Foundation
import Kafka
import Logging
import WorkQueue

/// Many keys at work that takes its time, in a process of its own: its memory is a figure.
struct LanesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue-lanes",
        abstract: "Works through the lanes' topic and prints what it took, as JSON.",
        shouldDisplay: false
    )

    struct Result: Codable {
        /// The rate over what the keys allow.
        let ratio: Double
        let peakMegabytes: Double
        let pace: Pace
    }

    @Option(help: "The address of the mock cluster.")
    var address: String

    @Option(help: "Messages of each key.")
    var perKey: Int

    @Option(help: "Milliseconds that each message takes.")
    var milliseconds = 50

    func run() async throws {
        let logger = Logger(label: "berth-bench") { _ in SwiftLogNoOpLogHandler() }
        let count = QueueLoad.lanesKeys * perKey
        let work = Duration.milliseconds(milliseconds)
        let (started, done) = (Tally(), Tally())
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let queue = WorkQueue(
            consumer: try ConsumerGroupMember(
                configuration: QueueLoad(address: address).configuration("lanes"),
                group: "lanes-\(ProcessInfo.processInfo.processIdentifier)",
                topics: [QueueLoad.lanesTopic],
                logger: logger
            ),
            policy: WorkQueuePolicy(
                concurrency: QueueLoad.lanesKeys,
                messages: QueueLoad.lanesKeys * 4,
                bytes: 64 << 20,
                trackedOffsets: QueueLoad.lanesKeys * 8
            ),
            deadLetters: { _ in },
            logger: logger
        ) { _ in
            _ = started.add()
            // Cancelled at the end of the measurement only.
            try? await ContinuousClock().sleep(for: work)
            if done.add() == count { end.finish() }
            return .done
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await queue.run() }
            group.addTask { for await _ in ends {} }
            group.addTask {
                try await Task.sleep(for: .seconds(120))
                throw BenchFailure("lanes: \(done.total) of \(count) were done")
            }
            try await group.next()
            group.cancelAll()
        }
        guard let start = started.start else { throw BenchFailure("nothing came") }
        let pace = Pace(messages: count, from: start, to: .now())
        let bound = work * perKey / .seconds(1)
        let result = Result(ratio: bound / pace.seconds, peakMegabytes: Self.peakMegabytes(), pace: pace)
        print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    }

    private static func peakMegabytes() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }
}
