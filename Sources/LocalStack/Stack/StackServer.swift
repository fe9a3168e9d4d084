import Foundation
package import Logging
import ServiceLifecycle

#if canImport(Glibc)
    import Glibc
#endif

/// The whole local stack in one process: AWS, GitHub, Kubernetes, Kafka, and a control API.
///
/// Nothing of it outlives `run()`, neither a process nor a file that would lead programs to it.
package final class StackServer: Service {
    package let configuration: StackConfiguration
    package let time: StackTime
    package let faults: FaultPlan
    package let ec2: LocalEC2
    package let efs: LocalEFS
    package let github: LocalGitHub
    package let dynamoDB: LocalDynamoDB
    package let kubernetes: LocalKubernetes
    package let kafka: LocalKafka
    /// As whom one logs in to a pod; nil if pods don't run an sshd here.
    package let loginUser: String?

    private let directory: StackDirectory
    private let ground: PodGround
    private let announced = Announcement<StackEndpoints>()
    private let logger: Logger

    /// - Parameters:
    ///   - configuration: what the stack is made with.
    ///   - logger: takes what goes wrong with connections.
    /// - Throws: if Kafka can't be started.
    package init(_ configuration: StackConfiguration, logger: Logger = .quiet) throws {
        self.configuration = configuration
        self.logger = logger
        directory = StackDirectory(configuration.directory)
        let seed = configuration.seed
        time = .system(scale: configuration.timeScale)
        faults = FaultPlan(seed: seed, time: time)
        for fault in configuration.faults { faults.arm(fault) }
        let runsPods = configuration.runsPods && SSHPodHost.isAvailable
        ground = PodGround(beside: configuration.directory, letsOthersIn: runsPods && getuid() == 0)
        let contents = FolderContents(root: ground.path + "/disks")
        ec2 = LocalEC2(
            time: time,
            faults: faults,
            settings: configuration.ec2,
            seed: seed &+ 1,
            contents: contents
        )
        efs = LocalEFS(time: time, faults: faults, settings: configuration.efs, seed: seed &+ 2)
        github = LocalGitHub(
            time: time,
            faults: faults,
            settings: configuration.github,
            users: configuration.githubUsers,
            seed: seed &+ 3
        )
        dynamoDB = LocalDynamoDB(time: time, faults: faults)
        let host: any PodHosting =
            runsPods
            ? SSHPodHost(folder: URL(fileURLWithPath: ground.path, isDirectory: true)) : IdlePodHost()
        loginUser = runsPods ? host.loginUser : nil
        kubernetes = LocalKubernetes(
            time: time,
            faults: faults,
            settings: configuration.kubernetes,
            volumes: EC2ClusterVolumes(ec2, time: time, contents: contents),
            hosts: host
        )
        for node in configuration.kubernetes.nodes {
            ec2.register(instance: EC2ClusterVolumes.instance(of: node.name), zone: node.zone)
        }
        kafka = try LocalKafka(
            brokers: configuration.kafkaBrokers,
            topics: configuration.topics.map { ($0.name, $0.partitions) }
        )
    }

    /// Where the stack is reached, once all of it listens.
    ///
    /// - Throws: what kept it from listening.
    package var endpoints: StackEndpoints {
        get async throws { try await announced.value }
    }

    /// Runs until cancelled, gracefully shut down, or one of the servers fails.
    package func run() async throws {
        defer { kafka.close() }
        do {
            let lock = try directory.claim()
            defer {
                directory.clear()
                ground.remove()
                withExtendedLifetime(lock) {}
            }
            try ground.make()
            try await serve()
            announced.announce(.failure(CancellationError()))
        } catch {
            announced.announce(.failure(error))
            throw error
        }
    }

    private enum Child {
        case announcement, server
    }

    private func serve() async throws {
        let ports = configuration.ports
        let servers = Servers(
            aws: LocalHTTPServer(awsFrontDoor, port: ports.aws, logger: logger),
            github: LocalHTTPServer(github, port: ports.github, logger: logger),
            control: LocalHTTPServer(controlAPI, port: ports.control, logger: logger),
            kubernetes: LocalHTTPServer(kubernetes, port: ports.kubernetes, logger: logger)
        )
        try await withThrowingTaskGroup(of: Child.self) { group in
            for server in servers.all {
                group.addTask {
                    try await server.run()
                    return .server
                }
            }
            group.addTask {
                try await self.announce(servers)
                return .announcement
            }
            defer { group.cancelAll() }
            while let ended = try await group.next() {
                if ended == .server { return }
            }
        }
    }

    private struct Servers {
        let aws: LocalHTTPServer
        let github: LocalHTTPServer
        let control: LocalHTTPServer
        let kubernetes: LocalHTTPServer

        var all: [LocalHTTPServer] { [aws, github, control, kubernetes] }
    }

    private func announce(_ servers: Servers) async throws {
        let endpoints = StackEndpoints(
            processID: ProcessInfo.processInfo.processIdentifier,
            // Whole seconds: the file keeps no more.
            startedAt: Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down)),
            timeScale: configuration.timeScale,
            seed: configuration.seed,
            region: configuration.ec2.region,
            awsURL: Self.url(try await servers.aws.port),
            githubURL: Self.url(try await servers.github.port),
            controlURL: Self.url(try await servers.control.port),
            kafkaBootstrapServers: kafka.bootstrapServers,
            kubernetesURL: Self.url(try await servers.kubernetes.port),
            kubeconfig: directory.kubeconfig,
            subnetIDs: configuration.efs.subnets.map(\.id)
        )
        try directory.writeKubeconfig(
            server: endpoints.kubernetesURL,
            namespace: configuration.kubernetes.namespaces.first ?? "default"
        )
        try directory.write(endpoints)
        announced.announce(.success(endpoints))
    }

    private static func url(_ port: Int) -> String { "http://127.0.0.1:\(port)" }

    private var awsFrontDoor: AWSFrontDoor {
        AWSFrontDoor([
            "dynamodb": dynamoDB,
            "ec2": ec2,
            "elasticfilesystem": efs,
            "sts": LocalSTS(accountID: configuration.ec2.accountID, faults: faults),
        ])
    }

    private var controlAPI: ControlAPI {
        ControlAPI(
            time: time,
            faults: faults,
            ec2: ec2,
            github: github,
            kafka: kafka,
            inspected: [ec2, efs, github, dynamoDB, kubernetes],
            adjusted: [ec2, efs, github, dynamoDB]
        )
    }
}
