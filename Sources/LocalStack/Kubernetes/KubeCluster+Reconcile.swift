import Foundation
import Synchronization

extension KubeCluster {
    struct Work {
        var pods: [KubePodHandle] = []
        var reclaimed: [KubeObject] = []
        /// When there is something to do even if nothing changes.
        var next: Duration?
    }

    /// Looks at what has changed and at what is due.
    func reconcile() -> Work {
        let changes = store.update { $0.takeDirty() }
        var work = Work()
        let kinds = Set(changes.map(\.key.kind))
        for change in changes where change.key.kind == .pods { meet(change, &work) }
        suspect(changes)
        if kinds.contains(.namespaces)
            || !store.read({ $0.all(.namespaces).allSatisfy { !$0.isTerminating } })
        {
            emptyNamespaces()
        }
        if !kinds.isDisjoint(with: [.persistentvolumes, .persistentvolumeclaims, .pods]) {
            work.reclaimed = store.update { KubeBinder.settle(&$0) }
        }
        if !kinds.isDisjoint(with: [.nodes, .persistentvolumes, .persistentvolumeclaims]) { reconsider() }
        if !kinds.isDisjoint(with: [.services, .pods]) { route() }
        let moments = [collectGarbage(), schedule(), evictFromLostNodes(), api.tendWatches()]
        work.next = moments.compactMap(\.self).min()
        return work
    }

    private func meet(_ change: KubeChangedObject, _ work: inout Work) {
        guard let pod = store.read({ $0.object(uid: change.uid) }) else {
            let handle = memory.withLock { memory in
                memory.pending[change.uid] = nil
                memory.unschedulable.remove(change.uid)
                return memory.handles[change.uid]
            }
            handle?.end(.removed)
            return reconsider()
        }
        if pod.podIsFinished { reconsider() }
        guard let node = pod.nodeName else { return enqueue(pod) }
        if let handle = memory.withLock({ $0.handles[pod.uid] }) {
            return pass(pod, to: handle)
        }
        guard !pod.podIsFinished, pod[path: "metadata", "annotations", KubeKubelet.doneAnnotation] == nil
        else { return }
        let handle = KubePodHandle(key: pod.key(.pods), uid: pod.uid, node: node)
        memory.withLock { $0.handles[pod.uid] = handle }
        if memory.withLock({ $0.lostNodes[node] != nil }) { handle.setNodeLost(true) }
        pass(pod, to: handle)
        work.pods.append(handle)
    }

    private func pass(_ pod: KubeObject, to handle: KubePodHandle) {
        guard pod.isTerminating else { return }
        let grace = pod[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 0
        if case .terminating = handle.ending, grace > 0 { return }
        handle.end(.terminating(until: time.elapsed() + time.scaled(.seconds(grace))))
    }

    private func enqueue(_ pod: KubeObject) {
        guard !pod.isTerminating else { return }
        let due = time.elapsed() + time.scaled(latencies.schedule)
        memory.withLock { memory in
            if memory.pending[pod.uid] == nil, !memory.unschedulable.contains(pod.uid) {
                memory.pending[pod.uid] = due
            }
        }
    }

    /// Something came free or came to be: pods without a node get another chance.
    func reconsider() {
        let due = time.elapsed() + time.scaled(latencies.schedule)
        memory.withLock { memory in
            for uid in memory.unschedulable { memory.pending[uid] = due }
            memory.unschedulable = []
        }
    }

    private func schedule() -> Duration? {
        let now = time.elapsed()
        let due = memory.withLock { memory in
            let due = memory.pending.filter { $0.value <= now }
            for uid in due.keys { memory.pending[uid] = nil }
            return due
        }
        let date = time.date()
        let left = store.update { state in
            var left: Set<String> = []
            let pods = due.keys.compactMap { state.object(uid: $0) }.filter {
                $0.nodeName == nil && !$0.isTerminating
            }
            for pod in pods.sorted(by: { $0.version < $1.version }) {
                if !place(pod, date, &state) { left.insert(pod.uid) }
            }
            return left
        }
        return memory.withLock { memory in
            memory.unschedulable.formUnion(left)
            return memory.pending.values.min()
        }
    }

    private func place(_ pod: KubeObject, _ now: Date, _ state: inout KubeState) -> Bool {
        var pod = pod
        switch KubeScheduler(state).place(pod, state) {
        case .node(let node):
            pod[path: "spec", "nodeName"] = .string(node)
            pod.setCondition("PodScheduled", "True", at: now)
            pod = state.put(pod, .pods)
            note(
                pod,
                "Normal",
                "Scheduled",
                "Successfully assigned \(pod.namespace)/\(pod.name) to \(node)",
                now,
                &state
            )
            return true
        case .unschedulable(let message):
            let old = pod
            pod.setCondition("PodScheduled", "False", reason: "Unschedulable", message: message, at: now)
            guard pod != old else { return false }
            pod = state.put(pod, .pods)
            note(pod, "Warning", "FailedScheduling", message, now, &state)
            return false
        }
    }

    private func note(
        _ pod: KubeObject,
        _ type: String,
        _ reason: String,
        _ message: String,
        _ now: Date,
        _ state: inout KubeState
    ) {
        events.record(
            &state,
            about: pod,
            .pods,
            type: type,
            reason: reason,
            message: message,
            component: "default-scheduler",
            at: now
        )
    }
}
