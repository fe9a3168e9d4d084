import Foundation
import Synchronization

/// The life of one pod on its node, from the volumes to the end of its process.
struct KubeKubelet: Sendable {
    /// Marks pods whose kubelet has let go, so that none is begun twice.
    static let doneAnnotation = "local-stack/ended"

    let cluster: KubeCluster
    let handle: KubePodHandle

    var time: StackTime { cluster.time }
    var latencies: ClusterLatencies { cluster.latencies }

    func run() async {
        await withTaskGroup { group in
            group.addTask { await live() }
            group.addTask { await mustEnd() }
            await group.next()
            group.cancelAll()
        }
        // The stack's own end: the processes are gone, and objects no longer matter.
        guard !Task.isCancelled else { return forget() }
        await tearDown()
        forget()
    }

    private func forget() {
        cluster.memory.withLock { memory in
            memory.handles[handle.uid] = nil
            if let number = handle.address.flatMap(cluster.number(of:)) { memory.addresses.remove(number) }
        }
    }

    func sleep(_ real: Duration) async throws {
        try await time.sleep(for: time.scaled(real))
    }

    /// Returns once the pod's process has no right to run any more.
    private func mustEnd() async {
        while !Task.isCancelled {
            var deadline: Duration?
            if !handle.isNodeLost {
                switch handle.ending {
                case .terminating(let until):
                    if until <= time.elapsed() { return }
                    deadline = until
                case .evicted, .removed: return
                case nil: break
                }
            } else if handle.ending == .removed {
                // Nobody tells a node that doesn't answer: its volumes are taken away by force at last.
                try? await sleep(latencies.forcedDetach)
                return
            }
            await cluster.pause(until: deadline, or: handle.endBell)
        }
    }

    /// Starts the pod and keeps it running; returns when it has ended by itself.
    private func live() async {
        do {
            let mounts = try await mount()
            try await runInitContainers()
            try await pullImages()
            try await runContainers(mounts)
        } catch {
            // Cancelled: `tearDown` follows.
            return
        }
    }

    /// The pod as it is now.
    ///
    /// - Throws: `CancellationError` if it is gone.
    func pod() throws -> KubeObject {
        guard let pod = cluster.store.read({ $0.object(uid: handle.uid) }) else { throw CancellationError() }
        return pod
    }

    func event(_ type: String, _ reason: String, _ message: String) {
        cluster.event(handle.uid, type, reason, message, "kubelet")
    }

    private func tearDown() async {
        let now = time.date()
        if case .evicted(let message) = handle.ending {
            cluster.change(handle.uid) { pod in
                pod[path: "status", "phase"] = "Failed"
                pod[path: "status", "reason"] = "Evicted"
                pod[path: "status", "message"] = .string(message)
                pod.setContainers(state: KubeObject.terminated(code: 137, reason: "Error", at: now))
                pod.setReady(false, reason: "PodFailed", at: now)
            }
        }
        let held = heldVolumes()
        if !held.isEmpty { try? await sleep(latencies.unmount) }
        for volume in held {
            await cluster.volumes.unmounted(volumeID: volume, node: handle.node, pod: handle.uid)
        }
        letGo()
        if !held.isEmpty { try? await sleep(latencies.detach) }
        for volume in held where release(volume) {
            await cluster.volumes.detach(volumeID: volume, node: handle.node)
            detached(volume)
        }
    }

    /// A deleted pod's object goes once its volumes are unmounted, and before they are detached.
    private func letGo() {
        cluster.store.update { state in
            guard var pod = state.object(uid: handle.uid) else { return }
            guard pod.isTerminating else {
                pod[path: "metadata", "annotations", Self.doneAnnotation] = "true"
                state.put(pod, .pods)
                return
            }
            pod[path: "metadata", "deletionGracePeriodSeconds"] = 0
            pod[path: "metadata", "annotations", Self.doneAnnotation] = "true"
            let stored = state.put(pod, .pods)
            if KubeAPI.isReadyToGo(stored, .pods) { state.remove(handle.key) }
        }
    }
}
