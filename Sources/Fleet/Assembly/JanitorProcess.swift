import Foundation
import Kafka
package import Logging
package import Reservations
import ServiceLifecycle
import WorkQueue

/// `berth-janitor`: saves and deletes what reservations left behind.
package struct JanitorProcess: Service {
    private let settings: FleetSettings
    private let environment: [String: String]
    private let logger: Logger
    private let stop: AsyncStream<Void>
    private let stops: AsyncStream<Void>.Continuation

    package init(settings: FleetSettings, environment: [String: String], logger: Logger) {
        self.settings = settings
        self.environment = environment
        self.logger = logger
        (stop, stops) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Consumes `volumes.orphaned` and works off what is due, until told to stop.
    package func run() async throws {
        try await with { janitor, cloud in
            let id = "janitor-\(UUID().uuidString.lowercased())"
            let kafka = try KafkaAccess(settings, clientID: id, logger: logger)
            try await kafka.require(settings.topics)
            let producer = try kafka.producer()
            let queue = try reportQueue(janitor, kafka, producer, time: cloud.time)
            logger.info("janitor started", metadata: ["janitor": "\(id)"])
            ProcessMetrics.registry.observe { QueueHealth.gauges(await queue.status()) }
            try await serve(janitor, id, queue)
            await producer.close(within: .seconds(5))
        }
    }

    private func serve(_ janitor: Janitor, _ id: String, _ queue: WorkQueue) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { loops in
            loops.addTask {
                await janitor.run()
                return true
            }
            loops.addTask {
                try await withGracefulShutdownHandler {
                    try await queue.run()
                } onGracefulShutdown: {
                    stops.yield()
                }
                return true
            }
            loops.addTask {
                for await _ in stop { break }
                await queue.stop(within: .seconds(10))
                return true
            }
            if let address = settings.admin.address {
                let health = JanitorHealth(id: id, version: BerthVersion.number) { await queue.status() }
                let admin = AdminServer(
                    address,
                    observed: health,
                    registry: ProcessMetrics.registry,
                    logger: logger
                )
                loops.addTask {
                    try await admin.run()
                    return false
                }
            }
            // The admin port closes as soon as the process is told to end, before the queue has drained.
            while let isOver = try await loops.next(), !isOver {}
            loops.cancelAll()
        }
    }

    /// One pass over every volume of the fleet.
    package func sweep(
        within limit: Duration,
        progress: @escaping @Sendable (SweepReport) -> Void
    ) async throws -> SweepReport {
        try await with { janitor, _ in try await janitor.sweep(within: limit, progress: progress) }
    }

    private func with<Result: Sendable>(_ work: (Janitor, Cloud) async throws -> Result) async throws
        -> Result
    {
        let cloud = try Cloud(settings: settings, environment: environment, logger: logger)
        do {
            let fleet = try await cloud.fleet()
            let cluster = try cloud.cluster(of: fleet)
            let result: Result
            do { result = try await work(try janitor(cloud, cluster, fleet), cloud) } catch {
                // An open client of HTTP would trap at its end.
                await cluster.close()
                throw error
            }
            await cluster.close()
            await cloud.close()
            return result
        } catch {
            await cloud.close()
            throw error
        }
    }

    private func janitor(_ cloud: Cloud, _ cluster: ClusterConnection, _ fleet: FleetID) throws -> Janitor {
        let ports = JanitorPorts(
            ledger: cloud.ledger,
            cleanups: cloud.ledger,
            register: cloud.ledger,
            volumes: EC2Janitor(cloud.ec2, time: cloud.time),
            pods: cluster.pods,
            events: nil,
            time: cloud.time,
            chance: cloud.chance,
            checkpoints: try CheckpointChoice.checkpoints(environment: environment),
            journal: LogJournal(logger: logger)
        )
        return Janitor(ports: ports, policy: settings.janitor.policy, fleet: fleet)
    }

    private func reportQueue(
        _ janitor: Janitor,
        _ kafka: KafkaAccess,
        _ producer: Producer,
        time: SystemTime
    ) throws -> WorkQueue {
        let letters = DeadLetters(producer: producer, topics: settings.topics, time: time)
        return WorkQueue(
            consumer: try kafka.member(
                group: settings.kafka.janitorGroup,
                topics: [settings.topics.orphaned.name]
            ),
            deadLetters: { try await letters.publish($0.message, reason: $0.reason) },
            chance: { SystemChance().fraction() },
            logger: logger
        ) { message in
            let report: OrphanReport
            do { report = try OrphanReport(message) } catch { return .dead(reason: "\(error)") }
            do {
                try await janitor.accept(report)
                return .done
            } catch {
                return .againSoon(reason: "\(error)")
            }
        }
    }
}
