import Fleet
import Foundation
import Kubernetes
import LocalStack
import Logging
import Reservations
import Testing

/// Our client and our pod host, and the local cluster behind a socket.
struct ClusterBench: Sendable {
    let cluster: LocalKubernetes
    let faults: FaultPlan
    let client: KubernetesClient
    let host: KubernetesPodHost
    /// Between the client and the cluster.
    let relay: Relay
    /// Goes round the relay.
    let direct: KubernetesClient
    /// The cluster's address.
    let url: String

    static let namespace = "gpu-dev"

    /// Looks again until it holds; the suite's time limit is the deadline.
    func until(_ holds: () async throws -> Bool) async throws {
        while try await !holds() { try await Task.sleep(for: .milliseconds(5)) }
    }
}

/// Runs a test's body with a cluster of its own, 200 times as fast as a real one.
func withCluster(
    pageSize: Int = 500,
    settings: KubernetesSettings = KubernetesSettings(),
    _ body: @escaping @Sendable (ClusterBench) async throws -> Void
) async throws {
    let time = StackTime.system(scale: 0.005)
    let faults = FaultPlan(seed: 1, time: time)
    let cluster = LocalKubernetes(
        time: time,
        faults: faults,
        settings: settings,
        volumes: UnboundVolumes(),
        hosts: IdlePodHost()
    )
    try await withLocalServer(cluster) { port in
        try await Relay.run(to: port) { relay, relayPort in
            try await withKubernetes(relayPort, pageSize: pageSize) { client in
                try await withKubernetes(port, pageSize: pageSize) { direct in
                    let host = podHost(client)
                    let bench = ClusterBench(
                        cluster: cluster,
                        faults: faults,
                        client: client,
                        host: host,
                        relay: relay,
                        direct: direct,
                        url: "http://127.0.0.1:\(port)"
                    )
                    try await body(bench)
                }
            }
        }
    }
}

func podHost(_ client: KubernetesClient, fleet: String = "fleet-1") -> KubernetesPodHost {
    KubernetesPodHost(
        client: client,
        settings: ClusterSettings(),
        catalog: GPUCatalog(),
        fleet: FleetID(unchecked: fleet),
        time: SystemTime(),
        logger: .quiet
    )
}

private func withKubernetes(
    _ port: Int,
    pageSize: Int,
    _ body: (KubernetesClient) async throws -> Void
) async throws {
    let clock = SystemTime()
    let time = KubernetesTime(
        now: { clock.now() },
        uptime: { clock.monotonic() },
        sleep: { try await clock.sleep(for: $0) },
        random: { 0 }
    )
    let access = ClusterAccess(server: try #require(URL(string: "http://127.0.0.1:\(port)")))
    let transport = try HTTPKubernetesTransport(access: access, time: time)
    var configuration = KubernetesClient.Configuration()
    configuration.pageSize = pageSize
    configuration.firstBackOff = .milliseconds(10)
    let client = KubernetesClient(
        access: access,
        transport: transport,
        time: time,
        configuration: configuration,
        logger: .quiet
    )
    do {
        try await body(client)
    } catch {
        try await transport.shutdown()
        throw error
    }
    try await transport.shutdown()
}

/// Volumes that can be attached wherever one likes.
private struct UnboundVolumes: ClusterVolumes {
    func attach(volumeID: String, node: String) async throws {}

    func detach(volumeID: String, node: String) async {}
}
