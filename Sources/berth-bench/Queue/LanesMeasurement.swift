import ArgumentParser
import Foundation
import Kafka
import Logging
import WorkQueue

/// Many keys at work that takes its time, in a process of its own: its memory is a figure.
///
/// The work is a wait in a `WaitingRoom`. With `--control` nobody but tasks and their waits are measured: what
/// the machine allows without a queue.
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

    enum Control: String, ExpressibleByArgument {
        case taskSleep, waitingRoom
    }

    @Option(help: "The address of the mock cluster.")
    var address = ""

    @Option(help: "Messages of each key.")
    var perKey: Int

    @Option(help: "Milliseconds that each message takes.")
    var milliseconds = 50

    @Option(help: "Measure only the waits, without a queue: taskSleep or waitingRoom.")
    var control: Control?

    func run() async throws {
        let pace = if let control { try await pace(of: control) } else { try await paceOfQueue() }
        let bound = Duration.milliseconds(milliseconds) * perKey / .seconds(1)
        let result = Result(ratio: bound / pace.seconds, peakMegabytes: Self.peakMegabytes(), pace: pace)
        print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    }

    private func pace(of control: Control) async throws -> Pace {
        let (work, perKey) = (Duration.milliseconds(milliseconds), perKey)
        let room = WaitingRoom(work)
        defer { room.close() }
        let start = Usage.now()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<QueueLoad.lanesKeys {
                group.addTask {
                    for _ in 0..<perKey {
                        switch control {
                        case .taskSleep: try await Task.sleep(for: work)
                        case .waitingRoom: await room.wait()
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        return Pace(messages: QueueLoad.lanesKeys * perKey, from: start, to: .now())
    }

    private func paceOfQueue() async throws -> Pace {
        let logger = Logger(label: "berth-bench") { _ in SwiftLogNoOpLogHandler() }
        let count = QueueLoad.lanesKeys * perKey
        let room = WaitingRoom(.milliseconds(milliseconds))
        defer { room.close() }
        let (started, done) = (Tally(), Tally())
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let queue = WorkQueue(
            consumer: try ConsumerGroupMember(
                configuration: QueueLoad(address: address).configuration("lanes", QueueLoad.lanesProperties),
                group: "lanes-\(ProcessInfo.processInfo.processIdentifier)",
                topics: [QueueLoad.lanesTopic],
                logger: logger
            ),
            policy: WorkQueuePolicy(
                concurrency: QueueLoad.lanesKeys,
                messages: QueueLoad.lanesKeys * 6,
                bytes: 64 << 20,
                trackedOffsets: QueueLoad.lanesKeys * 8
            ),
            deadLetters: { _ in },
            logger: logger
        ) { _ in
            _ = started.add()
            await room.wait()
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
        return Pace(messages: count, from: start, to: .now())
    }

    private static func peakMegabytes() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }
}
