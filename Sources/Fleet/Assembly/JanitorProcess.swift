import Foundation
import Kafka
package import Logging
package import Reservations
import ServiceLifecycle
import WorkQueue

/// `berth-janitor`: saves and deletes what reservations left behind.
package struct JanitorProcess: Administered {
    package let admin = AdminDoor()
    package var description: String { "janitor" }
    private let settings: FleetSettings
    private let environment: [String: String]
    private let logger: Logger
    private let sweepEvery: Duration?
    private let stop: AsyncStream<Void>
    private let stops: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - settings: the fleet's.
    ///   - environment: the process's, for AWS and Kubernetes.
    ///   - logger: where it tells what it does.
    ///   - sweepEvery: also sweep that often while running.
    package init(
        settings: FleetSettings,
        environment: [String: String],
        logger: Logger,
        sweepEvery: Duration? = nil
    ) {
        self.settings = settings
        self.environment = environment
        self.logger = logger
        self.sweepEvery = sweepEvery
        (stop, stops) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Consumes `volumes.orphaned` and works off what is due, until told to stop.
    package func run() async throws {
        let id = "janitor-\(UUID().uuidString.lowercased())"
        let kafka = try KafkaAccess(settings, clientID: id, logger: logger)
        try await kafka.require(settings.topics)
        let producer = try kafka.producer()
        try await with(producer, id) { janitor, cloud in
            let member = try kafka.member(
                group: settings.kafka.janitorGroup,
                topics: [settings.topics.orphaned.name]
            )
            let queue = reportQueue(janitor, member, producer, time: cloud.time)
            logger.info("janitor started", metadata: ["janitor": "\(id)"])
            ProcessMetrics.registry.observe { QueueHealth.gauges(await queue.status()) }
            let look = FleetLook(
                FleetSources(
                    tables: cloud.ledger,
                    lag: { [settings] in try await kafka.lagByTopic(settings) },
                    time: cloud.time
                ),
                policy: settings.janitor.policy,
                logger: logger
            )
            ProcessMetrics.registry.observe { look.readings }
            open(id, queue, member)
            try await serve(janitor, queue, look, time: cloud.time)
            await producer.close(within: .seconds(5))
        }
    }

    private func open(_ id: String, _ queue: WorkQueue, _ member: ConsumerGroupMember) {
        guard let address = settings.admin.address else { return }
        let health = JanitorHealth(id: id, version: BerthVersion.number) {
            QueueReading(queue: await queue.status(), member: member.health())
        }
        admin.open(
            AdminServer(address, observed: health, registry: ProcessMetrics.registry, logger: logger)
        )
    }

    /// Further apart than a lease, so that whoever lives has beaten in between.
    private var lookInterval: Duration { max(.seconds(2), settings.worker.lease * 2) }

    private func serve(
        _ janitor: Janitor,
        _ queue: WorkQueue,
        _ look: FleetLook,
        time: SystemTime
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { loops in
            loops.addTask { await janitor.run() }
            // Only for whoever scrapes it.
            if settings.admin.address != nil { loops.addTask { await look.run(every: lookInterval) } }
            if let sweepEvery {
                loops.addTask { await sweep(janitor, every: sweepEvery, time) }
            }
            loops.addTask {
                try await withGracefulShutdownHandler {
                    try await queue.run()
                } onGracefulShutdown: {
                    stops.yield()
                }
            }
            loops.addTask {
                for await _ in stop { break }
                await queue.stop(within: .seconds(10))
            }
            try await loops.next()
            loops.cancelAll()
        }
    }

    /// One pass over every volume of the fleet.
    package func sweep(
        within limit: Duration,
        isDryRun: Bool,
        progress: @escaping @Sendable (SweepReport) -> Void
    ) async throws -> SweepReport {
        let id = "sweep-\(UUID().uuidString.lowercased())"
        // Without brokers all but the publishing is done.
        let producer: Producer? =
            settings.kafka.bootstrapServers != nil
            ? try KafkaAccess(settings, clientID: id, logger: logger).producer() : nil
        let report = try await with(producer, id) { janitor, cloud in
            var report = try await janitor.sweep(within: limit, isDryRun: isDryRun, progress: progress)
            report.calls = cloud.clock.answers
            return report
        }
        await producer?.close(within: .seconds(5))
        return report
    }

    /// Does something that a person asked for.
    package func ask<Result: Sendable>(
        _ question: (Janitor, any VolumeRestoring) async throws -> Result
    ) async throws -> Result {
        try await with(nil, "") { janitor, cloud in
            try await question(janitor, EC2Restorer(cloud.ec2))
        }
    }

    private func sweep(_ janitor: Janitor, every interval: Duration, _ time: SystemTime) async {
        // Janitors that were started together don't sweep together.
        var wait = interval * SystemChance().fraction()
        while !Task.isCancelled {
            do { try await time.sleep(for: wait) } catch { return }
            wait = interval
            do {
                let report = try await janitor.sweep(within: min(settings.janitor.sweepLimit, interval))
                let counts = "\(report.volumes) volumes, \(report.deleted.count) deleted"
                logger.info("swept", metadata: ["found": "\(counts), \(report.open.count) open"])
            } catch let refusal as SweepRefusal {
                logger.info("not swept", metadata: ["reason": "\(refusal)"])
            } catch {
                logger.warning("not swept", metadata: ["reason": "\(error)"])
            }
        }
    }

    private func with<Result: Sendable>(
        _ producer: Producer?,
        _ id: String,
        _ work: (Janitor, Cloud) async throws -> Result
    ) async throws -> Result {
        let cloud = try Cloud(settings: settings, environment: environment, logger: logger)
        do {
            let fleet = try await cloud.fleet()
            let cluster = try cloud.cluster(of: fleet)
            let events = producer.map { producer in
                KafkaEvents(
                    producer: producer,
                    topics: settings.topics,
                    source: "/berth/janitor/\(id)",
                    time: cloud.time,
                    chance: cloud.chance
                )
            }
            let result: Result
            do { result = try await work(try janitor(cloud, cluster, fleet, events), cloud) } catch {
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

    private func janitor(
        _ cloud: Cloud,
        _ cluster: ClusterConnection,
        _ fleet: FleetID,
        _ events: KafkaEvents?
    ) throws -> Janitor {
        let ports = JanitorPorts(
            ledger: MeteredLedger(cloud.ledger),
            cleanups: cloud.ledger,
            register: cloud.ledger,
            volumes: EC2Janitor(cloud.ec2, time: cloud.time),
            pods: cluster.pods,
            events: events,
            time: cloud.time,
            chance: cloud.chance,
            checkpoints: try CheckpointChoice.checkpoints(environment: environment),
            journal: LogJournal(logger: logger)
        )
        var policy = settings.janitor.policy
        policy.purgeAfter = settings.worker.purgeAfter
        return Janitor(ports: ports, policy: policy, fleet: fleet)
    }

    private func reportQueue(
        _ janitor: Janitor,
        _ member: ConsumerGroupMember,
        _ producer: Producer,
        time: SystemTime
    ) -> WorkQueue {
        let letters = DeadLetters(producer: producer, topics: settings.topics, time: time)
        return WorkQueue(
            consumer: member,
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
