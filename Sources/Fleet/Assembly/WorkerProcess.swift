import Foundation
import Kafka
package import Logging
import Reservations
import ServiceLifecycle
import WorkQueue

/// `berth-worker`: the four loops, over real services.
package struct WorkerProcess: Service {
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
        do {
            try await run(with: cloud)
        } catch {
            await cloud.close()
            throw error
        }
        await cloud.close()
    }

    private func run(with cloud: Cloud) async throws {
        let id = WorkerID(unchecked: "worker-\(UUID().uuidString.lowercased())")
        let kafka = try KafkaAccess(settings, clientID: id.rawValue, logger: logger)
        try await kafka.require(settings.topics)
        let fleet = try await cloud.fleet()
        let cluster = try cloud.cluster(of: fleet)
        let producer = try kafka.producer()
        let ports = try ports(cloud, cluster, fleet, producer, id)
        let worker = Worker(
            id: id,
            fleet: fleet,
            ports: ports,
            settings: settings.worker,
            rules: RequestRules(settings)
        )
        try await refuseForeignCluster(worker, cluster)
        try await join(worker)
        logger.info("worker started", metadata: ["worker": "\(id)", "fleet": "\(fleet)"])
        try await serve(worker, kafka, producer, cluster.pods, time: cloud.time)
        await producer.close(within: .seconds(5))
        await cluster.close()
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
        _ cluster: ClusterConnection,
        _ fleet: FleetID,
        _ producer: Producer,
        _ id: WorkerID
    ) throws -> WorkerPorts {
        WorkerPorts(
            ledger: cloud.ledger,
            roster: cloud.ledger,
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
    private func refuseForeignCluster(_ worker: Worker, _ cluster: ClusterConnection) async throws {
        switch await worker.askWitness() {
        case .same: return
        case .foreign(let complaint):
            await cluster.close()
            throw StartError(.configuration, complaint)
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

    private func serve(
        _ worker: Worker,
        _ kafka: KafkaAccess,
        _ producer: Producer,
        _ pods: KubernetesPodHost,
        time: SystemTime
    ) async throws {
        let queue = try intakeQueue(worker, kafka, producer, time: time)
        let follower = try await kafka.follower(settings.topics)
        defer { follower.close() }
        try await withThrowingTaskGroup(of: Void.self) { loops in
            loops.addTask { await worker.run() }
            loops.addTask {
                try await withGracefulShutdownHandler {
                    try await queue.run()
                } onGracefulShutdown: {
                    worker.stop()
                }
            }
            loops.addTask { try await pods.run() }
            loops.addTask { try await listen(follower, worker) }
            loops.addTask { try await steer(queue, worker, time) }
            // Whatever ends first ends the process: the worker when it is told to, the others by an error.
            try await loops.next()
            await queue.stop(within: Self.leaveLimit)
            loops.cancelAll()
        }
    }

    private static let leaveLimit = Duration.seconds(10)

    private func intakeQueue(
        _ worker: Worker,
        _ kafka: KafkaAccess,
        _ producer: Producer,
        time: SystemTime
    ) throws -> WorkQueue {
        let letters = DeadLetters(producer: producer, topics: settings.topics, time: time)
        let topics = settings.topics
        return WorkQueue(
            consumer: try kafka.member(
                group: settings.kafka.workerGroup,
                topics: [topics.requests.name, topics.commands.name]
            ),
            deadLetters: { try await letters.publish($0.message, reason: $0.reason) },
            chance: { SystemChance().fraction() },
            logger: logger
        ) { message in
            let incoming = IncomingMessage(
                body: message.value ?? [],
                publishedAt: message.timestampMilliseconds.map {
                    Date(timeIntervalSince1970: Double($0) / 1_000)
                }
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
    private func steer(_ queue: WorkQueue, _ worker: Worker, _ time: SystemTime) async throws {
        while true {
            await queue.setFull(worker.isFull, topic: settings.topics.requests.name)
            try await time.sleep(for: .milliseconds(250))
        }
    }
}
