import Foundation
import Kafka
import Synchronization

/// Requests that keep being published, each under a key of its own and every third twice, until told to stop.
final class Load: Sendable {
    private struct State {
        var ids: [String] = []
        var isOver = false
    }

    /// Far more than a test needs: the end of a load that nobody stops.
    private static let most = 2_000

    private let state = Mutex(State())
    private let fleet: TestFleet

    private init(_ fleet: TestFleet) {
        self.fleet = fleet
    }

    /// What has been published so far.
    var ids: [String] { state.withLock(\.ids) }

    /// Publishes while the body runs.
    ///
    /// - Parameters:
    ///   - fleet: where.
    ///   - interval: the time between two requests.
    ///   - body: what happens meanwhile.
    /// - Returns: the ids of all requests, each of which the broker acknowledged.
    /// - Throws: what the body throws, or that a request could not be published.
    static func on(
        _ fleet: TestFleet,
        every interval: Duration = .milliseconds(80),
        _ body: (Load) async throws -> Void
    ) async throws -> [String] {
        let load = Load(fleet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await load.publish(every: interval) }
            defer { group.cancelAll() }
            try await body(load)
            load.state.withLock { $0.isOver = true }
            try await group.waitForAll()
        }
        return load.ids
    }

    private func publish(every interval: Duration) async throws {
        let producer = try Producer(configuration: fleet.kafka, logger: TestFleet.quiet)
        let topic = fleet.name(of: .requests)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<Self.most where !state.withLock(\.isOver) {
                let id = TestFleet.newID()
                let text = TestFleet.request(id, #""disk_name":"load-\#(id.prefix(13))""#)
                for _ in 0..<(number % 3 == 0 ? 2 : 1) {
                    group.addTask {
                        try await producer.send(ProducerRecord(topic: topic, key: id, text: text))
                    }
                }
                state.withLock { $0.ids.append(id) }
                // A pace, not a wait for anything.
                try await ContinuousClock().sleep(for: interval)
            }
            try await group.waitForAll()
        }
        await producer.close(within: .seconds(5))
    }
}
