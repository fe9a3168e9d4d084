import Foundation
import LocalStack
import Synchronization
import Testing

/// A cluster on time that the test moves, with volumes and processes that only pretend.
struct KubeBench: Sendable {
    struct TooLate: Error, CustomStringConvertible {
        let description: String
    }

    let manual = ManualTime()
    let volumes = KubeFakeVolumes()
    let hosts = KubeFakeHosts()
    let faults: FaultPlan
    let cluster: LocalKubernetes

    init(_ adjust: (inout KubernetesSettings) -> Void = { _ in }) {
        var settings = KubernetesSettings()
        adjust(&settings)
        let time = manual.time()
        faults = FaultPlan(seed: 1, time: time)
        cluster = LocalKubernetes(
            time: time,
            faults: faults,
            settings: settings,
            volumes: volumes,
            hosts: hosts
        )
    }

    struct Answer: Sendable {
        var status: Int
        var value: KubeValue

        var reason: String? { value["reason"]?.string }
        var names: [String] { value["items"]?.items.compactMap { $0["metadata"]?["name"]?.string } ?? [] }
        var uid: String { value["metadata"]?["uid"]?.string ?? "" }
        var version: String { value["metadata"]?["resourceVersion"]?.string ?? "" }
    }

    func send(
        _ method: String,
        _ path: String,
        _ body: KubeValue? = nil,
        query: [(name: String, value: String)] = [],
        type: String = "application/json"
    ) async -> Answer {
        let data = body?.json ?? Data()
        let answer = await raw(method, path, data, query: query, type: type)
        guard case .data(let data) = answer.body else { return Answer(status: answer.status, value: .null) }
        return Answer(status: answer.status, value: (try? KubeValue(json: data)) ?? .null)
    }

    func raw(
        _ method: String,
        _ path: String,
        _ body: Data = Data(),
        query: [(name: String, value: String)] = [],
        type: String = "application/json"
    ) async -> LocalResponse {
        await cluster.handle(
            LocalRequest(
                method: method,
                path: path,
                query: query,
                headers: ["content-type": type],
                body: body
            )
        )
    }

    func get(_ path: String, _ query: [(name: String, value: String)] = []) async -> Answer {
        await send("GET", path, query: query)
    }

    /// Runs the cluster beside the test's body.
    func running(_ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await cluster.run() }
            try await body()
            group.cancelAll()
        }
    }

    /// Moves time on in small steps until the condition holds; the answer is the stack's time then.
    @discardableResult
    func until(
        _ what: String,
        step: Duration = .milliseconds(100),
        _ condition: () async -> Bool
    ) async throws -> Duration {
        let deadline = ContinuousClock.now + .seconds(60)
        while await !condition() {
            guard ContinuousClock.now < deadline else { throw TooLate(description: "never came: \(what)") }
            manual.advance(by: step)
            for _ in 0..<20 { await Task.yield() }
        }
        return manual.now
    }

    func pod(_ name: String, in namespace: String = "gpu-dev") async -> KubeValue {
        await get("/api/v1/namespaces/\(namespace)/pods/\(name)").value
    }

    func isReady(_ name: String) async -> Bool {
        await condition("Ready", of: name)?["status"]?.string == "True"
    }

    func condition(_ type: String, of name: String) async -> KubeValue? {
        await pod(name)["status"]?["conditions"]?.items.first { $0["type"]?.string == type }
    }

    func eventReasons(about name: String) async -> [String] {
        let query = [(name: "fieldSelector", value: "involvedObject.name=\(name)")]
        let events = await get("/api/v1/namespaces/gpu-dev/events", query).value["items"]?.items ?? []
        return events.compactMap { $0["reason"]?.string }
    }
}

/// The objects that tests post.
enum KubeSamples {
    static let pods = "/api/v1/namespaces/gpu-dev/pods"
    static let maps = "/api/v1/namespaces/gpu-dev/configmaps"
    static let services = "/api/v1/namespaces/gpu-dev/services"
    static let claims = "/api/v1/namespaces/gpu-dev/persistentvolumeclaims"
    static let volumes = "/api/v1/persistentvolumes"

    static func map(_ name: String, labels: [String: String] = [:], owners: [KubeValue] = []) -> KubeValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": [
                "name": .string(name), "labels": .strings(labels), "ownerReferences": .array(owners),
            ],
        ]
    }

    static func owner(_ name: String, _ uid: String, blocking: Bool = false) -> KubeValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap", "name": .string(name), "uid": .string(uid),
            "blockOwnerDeletion": .bool(blocking),
        ]
    }

    static func pod(
        _ name: String,
        gpus: Int = 0,
        type: String = "t4",
        claim: String? = nil,
        policy: String = "OnFailure",
        image: String = "example/gpu-dev:1"
    ) -> KubeValue {
        var container: KubeValue = ["name": "gpu-dev", "image": .string(image)]
        if gpus > 0 { container["resources"] = ["limits": ["nvidia.com/gpu": .string(String(gpus))]] }
        var spec: KubeValue = [
            "restartPolicy": .string(policy), "terminationGracePeriodSeconds": 10,
            "nodeSelector": ["GpuType": .string(type)], "containers": [container],
            "initContainers": [["name": "ssh-setup", "image": "alpine:3.21"]],
        ]
        if let claim {
            container["volumeMounts"] = [["name": "dev-home", "mountPath": "/home/dev"]]
            spec["containers"] = [container]
            spec["volumes"] = [["name": "dev-home", "persistentVolumeClaim": ["claimName": .string(claim)]]]
        }
        return [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string(name), "labels": ["app": "gpu-dev-pod", "reservation": .string(name)],
            ],
            "spec": spec,
        ]
    }

    static func volume(_ name: String, id: String, zone: String = "us-east-2a", policy: String = "Retain")
        -> KubeValue
    {
        let zones: KubeValue = [
            "key": "topology.kubernetes.io/zone", "operator": "In", "values": [.string(zone)],
        ]
        return [
            "apiVersion": "v1", "kind": "PersistentVolume", "metadata": ["name": .string(name)],
            "spec": [
                "capacity": ["storage": "100Gi"], "accessModes": ["ReadWriteOnce"],
                "persistentVolumeReclaimPolicy": .string(policy), "storageClassName": "",
                "csi": ["driver": "ebs.csi.aws.com", "volumeHandle": .string(id), "fsType": "ext4"],
                "nodeAffinity": ["required": ["nodeSelectorTerms": [["matchExpressions": [zones]]]]],
            ],
        ]
    }

    static func claim(_ name: String, volume: String) -> KubeValue {
        [
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": ["name": .string(name)],
            "spec": [
                "accessModes": ["ReadWriteOnce"], "storageClassName": "", "volumeName": .string(volume),
                "resources": ["requests": ["storage": "100Gi"]],
            ],
        ]
    }

    static func service(_ name: String, pod: String, nodePort: Int? = nil) -> KubeValue {
        var port: KubeValue = ["port": 22, "targetPort": 22, "protocol": "TCP"]
        if let nodePort { port["nodePort"] = .integer(nodePort) }
        return [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": .string(name)],
            "spec": [
                "type": "NodePort", "externalTrafficPolicy": "Local",
                "selector": ["reservation": .string(pod)],
                "ports": [port],
            ],
        ]
    }
}

/// Volumes that are attached at once, unless told otherwise.
final class KubeFakeVolumes: ClusterVolumes {
    struct State {
        var log: [String] = []
        var refusals: [String: Int] = [:]
        var attached: [String: String] = [:]
    }

    let state = Mutex(State())

    var log: [String] { state.withLock(\.log) }
    var attached: [String: String] { state.withLock(\.attached) }

    /// The next attachments of this volume fail.
    func refuse(_ volume: String, times: Int) { state.withLock { $0.refusals[volume] = times } }

    func attach(volumeID: String, node: String) async throws {
        try state.withLock { state in
            state.log.append("attach \(volumeID)")
            if let left = state.refusals[volumeID], left > 0 {
                state.refusals[volumeID] = left - 1
                throw ClusterVolumeError("VolumeInUse: \(volumeID)")
            }
            state.attached[volumeID] = node
        }
    }

    func detach(volumeID: String, node: String) async {
        state.withLock { state in
            state.log.append("detach \(volumeID)")
            state.attached[volumeID] = nil
        }
    }

    func mounted(volumeID: String, node: String, pod: String) async -> String? {
        state.withLock { $0.log.append("mount \(volumeID)") }
        return nil
    }

    func unmounted(volumeID: String, node: String, pod: String) async {
        state.withLock { $0.log.append("unmount \(volumeID)") }
    }

    func reclaim(volumeID: String) async { state.withLock { $0.log.append("reclaim \(volumeID)") } }
}

/// Processes that start at once and run until they are told to stop.
final class KubeFakeHosts: PodHosting {
    struct State {
        var running: [String: HostedPod] = [:]
        var endpoints: [String: [PodEndpoint]] = [:]
        var starts = 0
    }

    let loginUser = "dev"
    let state = Mutex(State())

    var running: [String] { state.withLock { $0.running.values.map(\.name).sorted() } }
    var starts: Int { state.withLock(\.starts) }
    func endpoints(of name: String) -> [PodEndpoint] { state.withLock { $0.endpoints[name] ?? [] } }
    func hosted(_ name: String) -> HostedPod? {
        state.withLock { $0.running.values.first { $0.name == name } }
    }

    func run(
        _ pod: HostedPod,
        endpoints: AsyncStream<[PodEndpoint]>,
        started: @Sendable () async -> Void
    ) async throws -> PodExit {
        var isStarted = false
        for await list in endpoints {
            state.withLock { state in
                state.running[pod.uid] = pod
                state.endpoints[pod.name] = list
                if !isStarted { state.starts += 1 }
            }
            if !isStarted { await started() }
            isStarted = true
        }
        state.withLock { state in
            state.running[pod.uid] = nil
            state.endpoints[pod.name] = nil
        }
        throw CancellationError()
    }

    func log(of uid: String, bytes: Int) async -> Data { Data("Server listening on 0.0.0.0 port 22.\n".utf8) }
}
