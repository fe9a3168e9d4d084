import Foundation
import Synchronization

extension KubeKubelet {
    /// Attaches and mounts what the pod names, trying for as long as it takes.
    func mount() async throws -> HostedPod {
        let start = time.date()
        let hostAddress = cluster.store.nodeAddress(handle.node)
        cluster.change(handle.uid) { pod in
            pod[path: "status", "startTime"] = start.kubeTime
            pod[path: "status", "hostIP"] = hostAddress.map(KubeValue.string)
            pod.setCondition("PodScheduled", "True", at: start)
            let hasInit = pod[path: "spec", "initContainers"]?.items.isEmpty == false
            pod.setCondition(
                "Initialized",
                hasInit ? "False" : "True",
                reason: hasInit ? "ContainersNotInitialized" : nil,
                at: start
            )
            pod.setReady(false, reason: "ContainersNotReady", at: start)
            pod.setWaiting(hasInit ? "PodInitializing" : "ContainerCreating")
            pod.setContainers(
                "initContainerStatuses",
                from: "initContainers",
                state: ["waiting": ["reason": "PodInitializing"]]
            )
        }
        let mounts = try await mounts()
        var home: String?
        for disk in mounts.disks {
            try await attach(disk)
            let folder = await cluster.volumes.mounted(
                volumeID: disk.volumeID,
                node: handle.node,
                pod: handle.uid
            )
            if disk.isHome { home = folder }
        }
        if !mounts.disks.isEmpty { try await sleep(latencies.mount) }
        let pod = try pod()
        let variables = pod[path: "spec", "containers"]?.items.first?["env"]?.items ?? []
        let environment = variables.compactMap { variable -> (String, String)? in
            guard let name = variable["name"]?.string, let value = variable["value"]?.string else {
                return nil
            }
            return (name, value)
        }
        return HostedPod(
            namespace: pod.namespace,
            name: pod.name,
            uid: pod.uid,
            node: handle.node,
            secrets: mounts.secrets,
            environment: Dictionary(environment, uniquingKeysWith: { $1 }),
            home: home
        )
    }

    private func mounts() async throws -> KubeMounts {
        var wait = latencies.attachRetry
        while true {
            let pod = try pod()
            let mounts = cluster.store.read { KubeMounts(of: pod, $0) }
            guard let problem = mounts.problem else { return mounts }
            event("Warning", "FailedMount", "MountVolume.SetUp failed for volume : \(problem)")
            try await sleep(wait)
            wait = min(wait * 2, latencies.attachRetryLongest)
        }
    }

    private func attach(_ disk: KubeMounts.Disk) async throws {
        var wait = latencies.attachRetry
        while true {
            if let other = claim(disk.volumeID) {
                report(
                    disk,
                    "Multi-Attach error for volume \"\(disk.name)\" Volume is already exclusively attached to \(other)"
                )
            } else {
                try await sleep(latencies.attach)
                do {
                    try await cluster.volumes.attach(volumeID: disk.volumeID, node: handle.node)
                    let message = "AttachVolume.Attach succeeded for volume \"\(disk.name)\""
                    cluster.event(
                        handle.uid,
                        "Normal",
                        "SuccessfulAttachVolume",
                        message,
                        "attachdetach-controller"
                    )
                    return
                } catch let error as CancellationError {
                    throw error
                } catch {
                    _ = release(disk.volumeID)
                    detached(disk.volumeID)
                    report(disk, "AttachVolume.Attach failed for volume \"\(disk.name)\" : \(error)")
                }
            }
            try await sleep(wait)
            wait = min(wait * 2, latencies.attachRetryLongest)
        }
    }

    private func report(_ disk: KubeMounts.Disk, _ message: String) {
        cluster.event(handle.uid, "Warning", "FailedAttachVolume", message, "attachdetach-controller")
    }

    /// Takes the volume for this node; the answer is the node that has it instead.
    private func claim(_ volume: String) -> String? {
        cluster.memory.withLock { memory in
            if let held = memory.attachments[volume], held.node != handle.node { return held.node }
            memory.attachments[volume, default: KubeAttachment(node: handle.node, users: [])].users.insert(
                handle.uid
            )
            return nil
        }
    }

    func heldVolumes() -> [String] {
        cluster.memory.withLock { memory in
            memory.attachments.filter { $0.value.users.contains(handle.uid) }.keys.sorted()
        }
    }

    /// Gives up this pod's use; true: it was the last.
    func release(_ volume: String) -> Bool {
        cluster.memory.withLock { memory in
            memory.attachments[volume]?.users.remove(handle.uid)
            return memory.attachments[volume]?.users.isEmpty == true
        }
    }

    /// Only now may another node have it.
    func detached(_ volume: String) {
        cluster.memory.withLock { memory in
            if memory.attachments[volume]?.users.isEmpty == true { memory.attachments[volume] = nil }
        }
    }
}

extension KubeStore {
    func nodeAddress(_ node: String) -> String? {
        read { $0[KubeKey(kind: .nodes, namespace: "", name: node)] }.flatMap(KubeRouter.externalAddress)
    }
}
