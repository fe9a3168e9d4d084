import Foundation
import Synchronization

extension KubeCluster {
    func suspect(_ changes: Set<KubeChangedObject>) {
        let uids = store.read { state in changes.flatMap { KubeGarbage.suspects(after: $0, state) } }
        let due = time.elapsed() + time.scaled(latencies.garbageCollection)
        memory.withLock { memory in
            for uid in uids where memory.suspects[uid] == nil { memory.suspects[uid] = due }
        }
    }

    func collectGarbage() -> Duration? {
        let now = time.elapsed()
        let due = memory.withLock { memory in
            let due = memory.suspects.filter { $0.value <= now }
            for uid in due.keys { memory.suspects[uid] = nil }
            return due
        }
        if !due.isEmpty {
            let date = time.date()
            store.update { state in
                for uid in due.keys { KubeGarbage.collect(uid, date, &state) }
            }
        }
        return memory.withLock { $0.suspects.values.min() }
    }

    /// What is in a namespace on its way out goes first, then the namespace.
    func emptyNamespaces() {
        let now = time.date()
        store.update { state in
            for namespace in state.all(.namespaces) where namespace.isTerminating {
                var isEmpty = true
                for kind in KubeKind.allCases where kind.isNamespaced {
                    for object in state.all(kind) where object.namespace == namespace.name {
                        let key = object.key(kind)
                        if !object.isTerminating {
                            _ = try? KubeAPI.delete(key, KubeDeleteOptions(), now, &state)
                        }
                        if state[key] != nil { isEmpty = false }
                    }
                }
                if isEmpty { state.remove(namespace.key(.namespaces)) }
            }
        }
    }

    func evictFromLostNodes() -> Duration? {
        let now = time.elapsed()
        let due = memory.withLock { memory in
            let due = memory.lostNodes.filter { $0.value <= now }
            // Marked once; the node stays lost.
            for node in due.keys { memory.lostNodes[node] = .seconds(1_000_000_000) }
            return due
        }
        let date = time.date()
        for node in due.keys {
            store.update { state in
                for pod in state.all(.pods) where pod.nodeName == node && !pod.isTerminating {
                    _ = try? KubeAPI.delete(pod.key(.pods), KubeDeleteOptions(), date, &state)
                }
            }
        }
        return memory.withLock { $0.lostNodes.values.min() }
    }

    /// Tells every pod's process where it has to listen.
    func route() {
        let handles = memory.withLock { Array($0.handles.values) }
        guard !handles.isEmpty else { return }
        let (services, nodes) = store.read { ($0.all(.services), $0.all(.nodes)) }
        for handle in handles {
            guard let address = handle.address, let pod = store.read({ $0.object(uid: handle.uid) }) else {
                continue
            }
            let router = KubeRouter(settings: settings, nodes: nodes)
            handle.listen(on: router.endpoints(of: pod, at: address, services))
        }
    }
}
