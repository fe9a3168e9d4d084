import Fleet
import Foundation
import Kubernetes
import LocalStack
import Logging
import Reservations
import Synchronization
import Testing

/// The pod host against the local stack's cluster, which keeps the API server's rules.
@Suite struct LocalClusterTests: Sendable {
    let cluster: LocalKubernetes
    let pods = PretendedPods()
    let host: KubernetesPodHost
    let orders = ClusterBench()

    init() {
        let time = StackTime.system(scale: 0.001)
        cluster = LocalKubernetes(
            time: time,
            faults: FaultPlan(seed: 1, time: time),
            settings: KubernetesSettings(),
            volumes: PretendedVolumes(),
            hosts: pods
        )
        let clock = SystemTime()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let client = KubernetesClient(
            access: ClusterAccess(server: URL(filePath: "/")),
            transport: InProcessTransport(cluster: cluster),
            time: KubernetesTime(
                now: { clock.now() },
                uptime: { clock.monotonic() },
                sleep: { try await clock.sleep(for: $0) },
                random: { 0.5 }
            ),
            logger: logger
        )
        host = KubernetesPodHost(
            client: client,
            settings: ClusterSettings(),
            catalog: GPUCatalog(),
            fleet: FleetID(unchecked: "fleet-1"),
            time: clock,
            logger: logger
        )
    }

    /// Runs the cluster and the watch beside the test's body, for a minute at most.
    private func running(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await cluster.run()
                return false
            }
            group.addTask {
                try await host.run()
                return false
            }
            group.addTask {
                try await Task.sleep(for: .seconds(60))
                return false
            }
            group.addTask {
                try await body()
                return true
            }
            let isOver = try await group.next()
            #expect(isOver == true, "the body wasn't done in time")
            group.cancelAll()
        }
    }

    private func prepared(_ storage: PodStorage) async throws -> PodOrder {
        let anchor = try await host.anchor(of: orders.id, user: orders.user)
        let node = try #require(try await host.nodes(of: GPUType(unchecked: "a100")).first)
        let line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleExample"
        _ = try await host.keys(
            for: orders.id,
            generation: 2,
            anchorUID: anchor,
            offering: [try #require(PublicKey(line: line))],
            hostKey: try #require(HostKey(seed: [UInt8](repeating: 1, count: 32), check: [1, 2, 3, 4]))
        )
        let template = orders.order(storage: storage)
        return PodOrder(
            reservation: template.reservation,
            intent: template.intent,
            anchorUID: anchor,
            promise: Promise(gpuType: node.gpuType, node: node.name, zone: node.zone, count: 2),
            diskSizeGiB: 100,
            isNewDisk: true
        )
    }

    /// Lets the cluster's own tasks go on; ends with the test's time.
    private func pause() async throws {
        try Task.checkCancellation()
        await Task.yield()
    }

    private func ready() async throws -> PodSighting {
        while true {
            if let pod = try await host.pod(orders.names), pod.phase == .ready { return pod }
            await host.change(of: orders.names, within: .seconds(2))
            try Task.checkCancellation()
        }
    }

    @Test(
        "a pod is made, runs, is found again, and leaves nothing behind",
        arguments: [
            PodStorage.volume(VolumeID(unchecked: "vol-0123456789abcdef0"), generation: 2),
            .emptyDir(because: "no disk"),
        ]
    )
    func life(storage: PodStorage) async throws {
        try await running {
            let order = try await prepared(storage)
            guard case .posted(let uid) = try await host.post(order) else {
                Issue.record("the pod was there already")
                return
            }
            let pod = try await ready()
            #expect(pod.uid == uid)
            #expect(pod.node == order.promise.node)
            let again = try await host.post(order)
            #expect(again == .existed(uid: uid, volume: storage.volume, isTerminating: false))
            let address = try await host.sshAddress(of: orders.names, node: order.promise.node)
            #expect((30_000...32_767).contains(address.port))
            #expect(
                pods.secrets(of: orders.names.pod) == [
                    "authorized_keys", "ssh_host_ed25519_key", "ssh_host_ed25519_key.pub",
                ]
            )
            let nodes = try await host.nodes(of: GPUType(unchecked: "a100"))
            #expect(nodes.first?.held.map(\.count) == [2])
            #expect(nodes.first?.held.map(\.reservation) == [orders.id])
            try await end()
        }
    }

    private func end() async throws {
        while try await !host.deleteAnchor(of: orders.id) { try await pause() }
        var left = try await host.objects(of: orders.id)
        while !left.isEmpty {
            for object in left where !object.isTerminating { try await host.delete(object) }
            try await pause()
            left = try await host.objects(of: orders.id)
        }
        // The watch may be an event behind the listing.
        while try await host.pod(orders.names) != nil { try await pause() }
    }

    @Test func `what refers to a deleted anchor is collected`() async throws {
        try await running {
            let order = try await prepared(.emptyDir(because: "no disk"))
            while try await !host.deleteAnchor(of: orders.id) { try await pause() }
            // As a worker that was paused would: it knows nothing of the end.
            _ = try? await host.post(order)
            while try await !host.objects(of: orders.id).isEmpty { try await pause() }
        }
    }
}

/// Hands requests to the local cluster without a socket.
private struct InProcessTransport: KubernetesTransport {
    let cluster: LocalKubernetes

    private func ask(_ request: KubernetesRequest) async -> LocalResponse {
        await cluster.handle(
            LocalRequest(
                method: request.method.rawValue,
                path: request.path,
                query: request.query.map { ($0.name, $0.value) },
                headers: request.contentType.map { ["content-type": $0] } ?? [:],
                body: request.body ?? Data()
            )
        )
    }

    func send(_ request: KubernetesRequest, timeout: Duration) async throws(KubernetesTransportError)
        -> KubernetesResponse
    {
        let answer = await ask(request)
        guard case .data(let body) = answer.body else {
            throw KubernetesTransportError(.unreachable, message: "dropped", mayHaveBeenSent: true)
        }
        return KubernetesResponse(head: KubernetesResponseHead(status: answer.status), body: body)
    }

    func open(_ request: KubernetesRequest, timeout: Duration) async throws(KubernetesTransportError)
        -> KubernetesStream
    {
        let answer = await ask(request)
        let head = KubernetesResponseHead(status: answer.status)
        guard case .stream(let pieces) = answer.body else {
            throw KubernetesTransportError(.unreachable, message: "no stream", mayHaveBeenSent: true)
        }
        return KubernetesStream(head: head) { () async throws(KubernetesTransportError) in
            for await piece in pieces { return piece }
            return nil
        }
    }
}

private struct PretendedVolumes: ClusterVolumes {
    func attach(volumeID: String, node: String) async throws {}

    func detach(volumeID: String, node: String) async {}
}

/// Pods whose process starts at once and ends when told.
final class PretendedPods: PodHosting {
    private let running = Mutex<[String: HostedPod]>([:])

    let loginUser = "dev"

    func secrets(of name: String) -> [String] { running.withLock { $0[name]?.secrets.keys.sorted() ?? [] } }

    func run(
        _ pod: HostedPod,
        endpoints: AsyncStream<[PodEndpoint]>,
        started: @Sendable () async -> Void
    ) async throws -> PodExit {
        running.withLock { $0[pod.name] = pod }
        var isStarted = false
        for await _ in endpoints {
            if !isStarted { await started() }
            isStarted = true
        }
        throw CancellationError()
    }

    func log(of uid: String, bytes: Int) async -> Data { Data() }
}
