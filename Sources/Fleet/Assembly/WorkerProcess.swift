import Foundation
import Kafka
package import Logging
import Reservations
import ServiceLifecycle
import WorkQueue

/// `berth-worker`: the four loops, over real services.
package struct WorkerProcess: Administered {
    package let admin = AdminDoor()
    package var description: String { "worker" }
    private let settings: FleetSettings
    private let environment: [String: String]
    private let version: String
    private let logger: Logger

    package init(settings: FleetSettings, environment: [String: String], version: String, logger: Logger) {
        self.settings = settings
        self.environment = environment
        self.version = version
        self.logger = logger
    }

    package func run() async throws {
        let cloud = try Cloud(settings: settings, environment: environment, logger: logger)
        let telemetry = Telemetry(cloud, environment: environment, service: "berth-worker", logger: logger)
        do {
            if let telemetry {
                try await telemetry.during { try await run(with: cloud, telemetry) }
            } else {
                try await run(with: cloud, nil)
            }
        } catch {
            await cloud.close()
            throw error
        }
        await cloud.close()
    }

    private func run(with cloud: Cloud, _ telemetry: Telemetry?) async throws {
        let id = WorkerID(unchecked: "worker-\(UUID().uuidString.lowercased())")
        let kafka = try KafkaAccess(settings, clientID: id.rawValue, logger: logger)
        try await kafka.require(settings.topics)
        let fleet = try await cloud.fleet()
        let cluster = try cloud.cluster(of: fleet)
        do {
            try await run(id, with: cloud, cluster, kafka, telemetry, of: fleet)
        } catch {
            // An open client of HTTP would trap at its end.
            await cluster.close()
            throw error
        }
        await cluster.close()
    }

    private func run(
        _ id: WorkerID,
        with cloud: Cloud,
        _ cluster: ClusterConnection,
        _ kafka: KafkaAccess,
        _ telemetry: Telemetry?,
        of fleet: FleetID
    ) async throws {
        let producer = try kafka.producer()
        let ledger = MeteredLedger(cloud.ledger)
        let traced: any ReservationLedger =
            if let telemetry { TracedLedger(ledger, exporter: telemetry.exporter) } else { ledger }
        let ports = try ports(cloud, traced, cluster, fleet, producer, id)
        let worker = Worker(
            id: id,
            fleet: fleet,
            ports: ports,
            settings: settings.worker,
            rules: RequestRules(settings)
        )
        try await refuseForeignCluster(worker)
        try await join(worker)
        logger.info("worker started", metadata: ["worker": "\(id)", "fleet": "\(fleet)"])
        let member = try kafka.member(
            group: settings.kafka.workerGroup,
            topics: [settings.topics.requests.name, settings.topics.commands.name]
        )
        let queue = intakeQueue(worker, member, producer, time: cloud.time)
        observe(worker, ledger, queue)
        let follower = try await kafka.follower(settings.topics)
        defer { follower.close() }
        open(worker, id, queue, member)
        try await serve(worker, queue, follower, cluster.pods)
        await producer.close(within: .seconds(5))
        if let complaint = worker.complaint { throw StartError(.configuration, complaint) }
        if worker.standing == .declaredDead {
            throw StartError(
                .tryAgain,
                "worker \(id) was declared dead by others; a new one must take its place"
            )
        }
    }

    private func ports(
        _ cloud: Cloud,
        _ ledger: any ReservationLedger,
        _ cluster: ClusterConnection,
        _ fleet: FleetID,
        _ producer: Producer,
        _ id: WorkerID
    ) throws -> WorkerPorts {
        WorkerPorts(
            ledger: ledger,
            roster: MeteredRoster(cloud.ledger),
            register: cloud.ledger,
            volumes: EC2Volumes(cloud.ec2, time: cloud.time),
            sharedStorage: cloud.sharedStorage(of: fleet),
            keys: cloud.keys(),
            pods: cluster.pods,
            ssh: SSHProbe(),
            events: KafkaEvents(
                producer: producer,
                topics: settings.topics,
                source: "/berth/worker/\(id)",
                time: cloud.time,
                chance: cloud.chance
            ),
            time: cloud.time,
            chance: cloud.chance,
            checkpoints: try CheckpointChoice.checkpoints(environment: environment),
            journal: LogJournal(logger: logger)
        )
    }

    /// Pods of a wrong cluster would be taken for lost servers, and made where nobody finds them.
    private func refuseForeignCluster(_ worker: Worker) async throws {
        switch await worker.askWitness() {
        case .same: return
        case .foreign(let complaint): throw StartError(.configuration, complaint)
        case .unknown(let why):
            // It is asked again before the first pod is made and before any server counts as lost.
            logger.warning("the cluster isn't compared with the fleet's yet", metadata: ["reason": "\(why)"])
        }
    }

    private func join(_ worker: Worker) async throws {
        do {
            try await worker.join(host: ProcessInfo.processInfo.hostName, softwareVersion: version)
        } catch {
            throw StartError(
                .unavailable,
                "this worker can't be entered in the table of workers: \(error.reason)"
            )
        }
    }

    private enum End {
        case intake, worker, other
    }

    private func serve(
        _ worker: Worker,
        _ queue: WorkQueue,
        _ follower: EventFollower,
        _ pods: KubernetesPodHost
    ) async throws {
        let (told, tell) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: End.self) { loops in
                loops.addTask {
                    await worker.run()
                    return .worker
                }
                loops.addTask {
                    try await queue.run()
                    return .intake
                }
                loops.addTask {
                    for await _ in told { break }
                    // First no new rows, which would only be handed on; then those that are begun.
                    await queue.stop(within: Self.intakeLimit)
                    worker.stop()
                    return .intake
                }
                loops.addTask {
                    try await pods.run()
                    return .other
                }
                loops.addTask {
                    try await listen(follower, worker)
                    return .other
                }
                loops.addTask {
                    await steer(queue, worker)
                    return .other
                }
                // The worker ends when it is told to, the others end the process by an error alone.
                while let end = try await loops.next() {
                    if end == .worker || end == .other { break }
                }
                await queue.stop(within: Self.leaveLimit)
                loops.cancelAll()
            }
        } onGracefulShutdown: {
            tell.yield()
        }
    }

    /// How long the intake's handlers may take to end once the process was told to; each writes a row or two.
    private static let intakeLimit = Duration.seconds(5)
    private static let leaveLimit = Duration.seconds(10)

    private func observe(_ worker: Worker, _ ledger: MeteredLedger, _ queue: WorkQueue) {
        let phases = PhaseGauges(settings.worker, settings.budgets)
        let limit = settings.worker.maxInFlight
        ProcessMetrics.registry.observe {
            let healthy = worker.membership.mayStartEffects
            return [
                GaugeReading("berth_reservations_in_flight", Double(worker.inFlight)),
                GaugeReading("berth_in_flight_limit", Double(limit)),
                GaugeReading("berth_unpublished_rows", Double(ledger.unpublishedRows)),
                GaugeReading("berth_worker_healthy", healthy ? 1 : 0),
            ] + phases.readings(worker.reservations, at: SystemTime().now())
                + QueueHealth.gauges(await queue.status())
        }
    }

    private func open(
        _ worker: Worker,
        _ id: WorkerID,
        _ queue: WorkQueue,
        _ member: ConsumerGroupMember
    ) {
        guard let address = settings.admin.address else { return }
        let health = WorkerHealth(
            id: id,
            version: version,
            lease: settings.worker.lease,
            membership: { worker.membership },
            reservations: { worker.reservations },
            queue: { QueueReading(queue: await queue.status(), member: member.health()) }
        )
        admin.open(
            AdminServer(address, observed: health, registry: ProcessMetrics.registry, logger: logger)
        )
    }

    private func intakeQueue(
        _ worker: Worker,
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
            let incoming = IncomingMessage(
                body: message.value ?? [],
                publishedAt: message.timestampMilliseconds.map {
                    Date(timeIntervalSince1970: Double($0) / 1_000)
                },
                traceparent: message.header(TraceContext.header)?.text
            )
            switch await worker.intake.handle(incoming) {
            case .done: return .done
            case .dead(let reason): return .dead(reason: reason)
            case .againSoon(let reason): return .againSoon(reason: reason)
            }
        }
    }

    /// Loop 4: hints only.
    private func listen(_ follower: EventFollower, _ worker: Worker) async throws {
        for try await hint in follower.hints {
            switch hint {
            case .ending(let id, let version): worker.interrupt(id, version: version)
            case .capacityFreed: worker.capacityFreed()
            case .died(let other): worker.died(other)
            }
        }
    }

    /// Requests wait on their topic while this worker is full; commands never do.
    private func steer(_ queue: WorkQueue, _ worker: Worker) async {
        for await isFull in worker.fullness {
            await queue.setFull(isFull, topic: settings.topics.requests.name)
        }
    }
}
