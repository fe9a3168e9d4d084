import Foundation
package import Logging
package import Metrics
package import Reservations
import Synchronization

/// Looks at the whole fleet now and then, and shows what it saw as gauges.
///
/// A janitor's, since it lives when no worker does. What can't be looked at isn't shown until it can be: an old
/// number would lie.
package final class FleetLook: Sendable {
    enum Part: String, CaseIterable {
        case reservations, queue, workers, unowned, orphans, janitor, lag
    }

    /// What has to be remembered between two looks.
    struct Memory: Sendable {
        var beats: [WorkerID: Int] = [:]
        /// When a row was first seen without a worker, by the monotone clock.
        var unowned: [ReservationID: Duration] = [:]
        /// When the open cleanups were made: that never changes.
        var orphans: [VolumeID: Date] = [:]
    }

    /// More open cleanups than these aren't told apart.
    static let mostOrphans = 500

    let sources: FleetSources
    let policy: JanitorPolicy
    private let factory: any MetricsFactory
    private let logger: Logger
    private let seen = Mutex<[Part: [GaugeReading]]>([:])

    package init(
        _ sources: FleetSources,
        policy: JanitorPolicy,
        factory: any MetricsFactory = MetricsSystem.factory,
        logger: Logger
    ) {
        self.sources = sources
        self.policy = policy
        self.factory = factory
        self.logger = logger
    }

    /// What the last look saw.
    package var readings: [GaugeReading] {
        seen.withLock { seen in Part.allCases.flatMap { seen[$0] ?? [] } }
    }

    /// Looks again and again until cancelled.
    package func run(every interval: Duration) async {
        var memory = Memory()
        while !Task.isCancelled {
            memory = await look(memory)
            do { try await sources.time.sleep(for: interval) } catch { return }
        }
    }

    /// One look at each part; one's trouble keeps no other from being seen.
    ///
    /// - Parameter before: what the look before remembered.
    /// - Returns: what the next one needs.
    func look(_ before: Memory) async -> Memory {
        var memory = before
        for part in Part.allCases {
            do {
                let readings = try await readings(of: part, &memory)
                seen.withLock { $0[part] = readings }
                count(part, "done")
            } catch {
                seen.withLock { $0[part] = nil }
                count(part, "failed")
                logger.warning(
                    "a part of the fleet can't be seen",
                    metadata: ["part": "\(part.rawValue)", "reason": "\(error)"]
                )
            }
        }
        return memory
    }

    private func count(_ part: Part, _ outcome: String) {
        Counter(
            label: "berth_fleet_looks_total",
            dimensions: [("part", part.rawValue), ("outcome", outcome)],
            factory: factory
        ).increment()
    }

    private func readings(of part: Part, _ memory: inout Memory) async throws -> [GaugeReading] {
        switch part {
        case .reservations: try await reservations()
        case .queue: try await queue()
        case .workers: try await workers(&memory)
        case .unowned: try await unowned(&memory)
        case .orphans: try await orphans(&memory)
        case .janitor: try await janitor()
        case .lag: try await lag()
        }
    }

    private func lag() async throws -> [GaugeReading] {
        try await sources.lag().sorted { $0.key < $1.key }.map {
            GaugeReading("berth_group_lag_messages", [("topic", $0.key)], Double($0.value))
        }
    }
}
