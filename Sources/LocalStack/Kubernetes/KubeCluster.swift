import Foundation
import Synchronization

/// The controllers, the scheduler and the kubelets in one loop that looks at what has changed.
final class KubeCluster: Sendable {
    /// What the components know beyond the objects; all bounded by the number of pods and objects.
    struct Memory {
        var handles: [String: KubePodHandle] = [:]
        /// Pods to be scheduled, and when.
        var pending: [String: Duration] = [:]
        var unschedulable: Set<String> = []
        /// Objects that the garbage collector is to look at, and when.
        var suspects: [String: Duration] = [:]
        /// Nodes that don't answer, and when their pods are marked deleted.
        var lostNodes: [String: Duration] = [:]
        var failingImages: [String] = []
        var attachments: [String: KubeAttachment] = [:]
        var addresses: Set<Int> = []
        /// Released volumes that are being deleted, by the uid of their object.
        var reclaiming: Set<String> = []
    }

    let api: KubeAPI
    let volumes: any ClusterVolumes
    let hosts: any PodHosting
    let events: KubeEvents
    let memory: Mutex<Memory>

    var store: KubeStore { api.store }
    var time: StackTime { api.time }
    var settings: KubernetesSettings { api.settings }
    var latencies: ClusterLatencies { api.settings.latencies }

    init(api: KubeAPI, volumes: any ClusterVolumes, hosts: any PodHosting) {
        self.api = api
        self.volumes = volumes
        self.hosts = hosts
        events = KubeEvents(limit: api.settings.eventLimit)
        memory = Mutex(Memory(failingImages: api.settings.failingImages))
    }

    /// Does what happens without a request until cancelled; then every pod's process is gone.
    func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                let work = reconcile()
                for handle in work.pods {
                    group.addTask { await KubeKubelet(cluster: self, handle: handle).run() }
                }
                for volume in work.reclaimed { group.addTask { await self.reclaim(volume) } }
                await pause(until: work.next, or: store.changed)
            }
            group.cancelAll()
        }
    }

    /// Sleeps until a moment of the stack's time, or until the bell rings.
    func pause(until moment: Duration?, or bell: KubeSignal) async {
        await withTaskGroup { group in
            group.addTask { await bell.wait() }
            if let moment {
                let wait = moment - time.elapsed()
                group.addTask { [time] in
                    // Cancelled means that the bell was first.
                    try? await time.sleep(for: wait)
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func reclaim(_ volume: KubeObject) async {
        guard let id = KubeMounts.volumeID(volume) else { return }
        guard memory.withLock({ $0.reclaiming.insert(volume.uid).inserted }) else { return }
        defer { _ = memory.withLock { $0.reclaiming.remove(volume.uid) } }
        guard store.read({ $0.object(uid: volume.uid) != nil }) else { return }
        await volumes.reclaim(volumeID: id)
        let now = time.date()
        store.update { state in
            var options = KubeDeleteOptions()
            options.uid = volume.uid
            // Gone already is as good.
            _ = try? KubeAPI.delete(volume.key(.persistentvolumes), options, now, &state)
        }
    }

    /// Notes an Event about a pod that may meanwhile have gone.
    func event(_ pod: String, _ type: String, _ reason: String, _ message: String, _ component: String) {
        let now = time.date()
        store.update { state in
            guard let object = state.object(uid: pod) else { return }
            events.record(
                &state,
                about: object,
                .pods,
                type: type,
                reason: reason,
                message: message,
                component: component,
                at: now
            )
        }
    }

    /// Changes a pod if it still is the one meant; an unchanged one is left alone.
    func change(_ pod: String, _ body: (inout KubeObject) -> Void) {
        store.update { state in
            guard let old = state.object(uid: pod) else { return }
            var new = old
            body(&new)
            if new != old { state.put(new, .pods) }
        }
    }
}
