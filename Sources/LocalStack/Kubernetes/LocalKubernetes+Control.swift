import Foundation
import Synchronization

/// What a test or an operator can do to the cluster from outside of its API.
extension LocalKubernetes {
    /// A pod that there is none of.
    package struct NoSuchPod: Error, CustomStringConvertible {
        package let description: String
    }

    /// The kubelet evicts the pod: it fails with the reason `Evicted`, its object stays.
    ///
    /// - Throws: `NoSuchPod` if it isn't on a node.
    package func evict(
        namespace: String,
        pod: String,
        message: String = "The node was low on resource: memory."
    ) throws {
        try handle(namespace, pod).end(.evicted(message: message))
    }

    /// The pod's process is killed for its memory; the restart policy decides what follows.
    ///
    /// - Throws: `NoSuchPod` if it isn't on a node.
    package func oomKill(namespace: String, pod: String) throws {
        try handle(namespace, pod).crash(PodExit(code: 137, reason: "OOMKilled"))
    }

    /// The pod's process ends with a code.
    ///
    /// - Throws: `NoSuchPod` if it isn't on a node.
    package func crash(namespace: String, pod: String, code: Int) throws {
        let reason = code == 0 ? "Completed" : "Error"
        try handle(namespace, pod).crash(PodExit(code: code, reason: reason))
    }

    /// The node answers no more, as in a partition: its processes go on, its volumes stay attached.
    ///
    /// Its pods are marked deleted after `nodeEviction`; a pod whose object is then removed by force keeps its
    /// volume for another `forcedDetach`. `restoreNode` ends it.
    package func loseNode(_ node: String) {
        let due = api.time.elapsed() + api.time.scaled(api.settings.latencies.nodeEviction)
        let handles = cluster.memory.withLock { memory in
            memory.lostNodes[node] = due
            return memory.handles.values.filter { $0.node == node }
        }
        for handle in handles { handle.setNodeLost(true) }
        mark(node, handles.map(\.uid), isReady: false)
    }

    package func restoreNode(_ node: String) {
        let handles = cluster.memory.withLock { memory in
            memory.lostNodes[node] = nil
            return memory.handles.values.filter { $0.node == node }
        }
        mark(node, handles.map(\.uid), isReady: true)
        for handle in handles { handle.setNodeLost(false) }
    }

    /// From now on images that contain one of these texts can't be pulled.
    package func failImages(containing texts: [String]) {
        cluster.memory.withLock { $0.failingImages = texts }
    }

    /// Forgets the history of changes: watches and lists that go back before now answer 410.
    package func compact() {
        api.store.update { $0.forgetHistory() }
    }

    /// Cuts all open watches, as a restart of the API server does.
    package func cutWatches() {
        api.store.update { state in
            for id in state.watchers.keys { state.end(watcher: id) }
        }
    }

    package var watcherCount: Int { api.store.read { $0.watchers.count } }

    private func handle(_ namespace: String, _ name: String) throws -> KubePodHandle {
        let key = KubeKey(kind: .pods, namespace: namespace, name: name)
        let uid = api.store.read { $0[key]?.uid }
        guard let handle = cluster.memory.withLock({ memory in uid.flatMap { memory.handles[$0] } }) else {
            throw NoSuchPod(description: "no pod \(namespace)/\(name) on any node")
        }
        return handle
    }

    private func mark(_ node: String, _ pods: [String], isReady: Bool) {
        let now = api.time.date()
        api.store.update { state in
            guard var object = state[KubeKey(kind: .nodes, namespace: "", name: node)] else { return }
            let reason = isReady ? "KubeletReady" : "NodeStatusUnknown"
            object.setCondition("Ready", isReady ? "True" : "Unknown", reason: reason, at: now)
            object[path: "spec", "unschedulable"] = isReady ? nil : true
            state.put(object, .nodes)
        }
        for pod in pods {
            cluster.change(pod) { pod in
                guard pod.phase == "Running" else { return }
                pod.setReady(isReady, reason: isReady ? nil : "NodeNotReady", at: now)
            }
        }
    }
}
