package import AWS
import AsyncHTTPClient
import Kubernetes
package import Logging
package import Reservations

/// The services that a process speaks to, opened once and closed together.
package final class Cloud: Sendable {
    package let time: SystemTime
    package let chance = SystemChance()
    package let ledger: DynamoLedger
    package let tables: FleetTables
    package let ec2: EC2
    let database: DynamoDB
    package let efs: EFS
    package let region: Region
    let http: HTTPClient
    let clock: ServiceClock
    private let environment: [String: String]
    private let settings: FleetSettings
    private let logger: Logger

    /// Reads `AWS_…` and opens the clients; sends nothing yet.
    ///
    /// - Throws: ``StartError`` that names what is missing or malformed.
    package init(
        settings: FleetSettings,
        environment: [String: String],
        logger: Logger
    ) throws(StartError) {
        let aws: AWSSettings
        do { aws = try AWSSettings(environment: environment) } catch {
            throw StartError(.configuration, "\(error)")
        }
        guard let region = aws.region else {
            throw StartError(.configuration, "AWS_REGION is not set: name the region of the fleet")
        }
        let chance = chance
        let clock = ServiceClock { SystemTime().monotonic() }
        self.clock = clock
        time = SystemTime { clock.now() }
        http = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: AsyncHTTPTransport.configuration(caBundle: aws.caBundle)
        )
        let transport = MeteredTransport(base: AsyncHTTPTransport(http))
        let awsTime = AWSTime(
            elapsed: { SystemTime().monotonic() },
            date: { SystemTime().now() },
            sleep: { try await SystemTime().sleep(for: $0) },
            fraction: { chance.fraction() }
        )
        let credentials = standardCredentials(
            CredentialSurroundings(
                settings: aws,
                region: region,
                transport: transport,
                time: awsTime,
                logger: logger
            )
        )
        let client = AWSClient(
            region: region,
            credentials: credentials,
            transport: transport,
            endpoints: aws.endpoints,
            retries: aws.retries,
            time: awsTime,
            logger: logger,
            onServiceDate: { clock.note($0) }
        )
        self.region = region
        let names = TableNames(prefix: settings.tables.prefix)
        database = DynamoDB(client)
        ledger = DynamoLedger(database, names: names, chance: chance)
        tables = FleetTables(database, names: names, time: time, chance: chance)
        ec2 = EC2(client)
        efs = EFS(client)
        self.environment = environment
        self.settings = settings
        self.logger = logger
    }

    package func close() async {
        do { try await http.shutdown() } catch {
            logger.warning("HTTP client not closed cleanly", metadata: ["reason": "\(error)"])
        }
    }

    /// The fleet that the tables belong to.
    ///
    /// - Throws: ``StartError`` if the tables aren't there or can't be read.
    package func fleet() async throws(StartError) -> FleetID {
        do {
            if let fleet = try await ledger.fleetID() { return fleet }
        } catch {
            throw StartError(.unavailable, "the tables can't be read: \(error.reason)")
        }
        throw StartError(
            .configuration,
            "the tables \(ledger.names.prefix)-… name no fleet: run `berth tables create`"
        )
    }

    func sharedStorage(of fleet: FleetID) -> EFSStorage {
        let chosen = settings.sharedStorage
        return EFSStorage(
            efs,
            region: region,
            settings: EFSSettings(
                fleet: fleet,
                subnets: chosen.subnets,
                securityGroups: chosen.securityGroup.map { [$0] } ?? [],
                throughput: .provisioned(mebibytesPerSecond: Double(chosen.throughput)),
                budget: settings.budgets.sharedStorage
            ),
            time: time
        )
    }

    func keys() -> GitHubKeys {
        GitHubKeys(
            settings: settings.gitHub,
            budget: settings.budgets.keys,
            fetcher: HTTPKeyFetcher(client: http),
            time: time,
            chance: chance
        )
    }

    /// The cluster of the reserved pods, by `KUBECONFIG` or the pod's own account.
    func cluster(of fleet: FleetID) throws(StartError) -> ClusterConnection {
        try ClusterConnection(
            settings,
            environment,
            fleet: fleet,
            time: time,
            clock: clock,
            chance: chance,
            logger: logger
        )
    }
}

/// A cluster, and the connections to it that must be closed.
struct ClusterConnection: Sendable {
    let pods: KubernetesPodHost
    let client: KubernetesClient
    private let transport: HTTPKubernetesTransport

    init(
        _ settings: FleetSettings,
        _ environment: [String: String],
        fleet: FleetID,
        time: SystemTime,
        clock: ServiceClock,
        chance: SystemChance,
        logger: Logger
    ) throws(StartError) {
        let kubernetesTime = KubernetesTime(
            now: { time.now() },
            uptime: { time.monotonic() },
            sleep: { try await time.sleep(for: $0) },
            random: { chance.fraction() }
        )
        do {
            let access = try ClusterAccess.load(environment: environment, context: settings.cluster.context)
            transport = try HTTPKubernetesTransport(access: access, time: kubernetesTime)
            client = KubernetesClient(
                access: access,
                transport: transport,
                time: kubernetesTime,
                logger: logger,
                onServiceDate: { clock.noteCluster($0.date, sent: $0.sentAt, received: $0.receivedAt) }
            )
            pods = KubernetesPodHost(
                client: client,
                settings: settings.cluster,
                catalog: settings.catalog,
                fleet: fleet,
                time: time,
                logger: logger
            )
        } catch {
            throw StartError(.configuration, "\(error)")
        }
    }

    func close() async {
        // Nothing is in flight any more; what isn't closed cleanly ends with the process.
        try? await transport.shutdown()
    }
}
