package import Reservations
import Synchronization

/// A cluster: what an anchor owns goes with it, a PersistentVolume stays, pods take their time.
package final class FakePodHost: Sendable {
    package struct Object: Sendable {
        package let kind: String
        package let name: String
        package let uid: String
        package let reservation: ReservationID
        /// Nil: nobody owns it, as a PersistentVolume.
        let owner: String?
        var terminatingSince: Duration?
    }

    package struct Pod: Sendable {
        package let names: PodNames
        package let uid: String
        package let reservation: ReservationID
        package let generation: Int
        package let node: String
        package let count: Int
        package let volume: VolumeID?
        let postedAt: Duration
        var endedBecause: String?
        var hasWorked = false
    }

    package struct Behaviour: Sendable {
        package var scheduling: Duration = .seconds(1)
        package var starting: Duration = .seconds(8)
        package var terminating: Duration = .seconds(3)
        package var isNeverScheduled = false
        /// It is on its node, and gets no further: what its own conditions say, and what events say.
        package var hindrance: String?
        package var eventTrouble: String?
        /// What is being deleted stays, as with a finalizer that nobody removes.
        package var isStuckTerminating = false
        /// Every call fails.
        package var isSilent = false
        package var refusesPods: PodError?
    }

    struct State {
        var behaviour = Behaviour()
        var anchors: [ReservationID: Object] = [:]
        var objects: [String: Object] = [:]
        var secrets: [String: PodKeys] = [:]
        var pods: [String: Pod] = [:]
        var nodes: [NodeSighting] = []
        var anchorsMade: [ReservationID: Int] = [:]
        var posts: [PodOrder] = []
        var notices: [String: PodNotice] = [:]
        var lastUID = 0
        /// Nil: it doesn't say.
        var identity: String? = "cluster-1"
        var losses: [String: String] = [:]
        var readers: [AsyncStream<ReservationID>.Continuation] = []
        var beforePost: (@Sendable () async -> Void)?
        var onMount: (@Sendable (Pod, VolumeID) -> Void)?
    }

    let time: TestTime
    let volumes: InMemoryVolumes
    let chronicle: Chronicle
    let state = Mutex(State())

    package init(time: TestTime, volumes: InMemoryVolumes, chronicle: Chronicle = Chronicle()) {
        self.time = time
        self.volumes = volumes
        self.chronicle = chronicle
    }

    // MARK: For tests

    package func change(_ change: (inout Behaviour) -> Void) { state.withLock { change(&$0.behaviour) } }

    package var nodesNow: [NodeSighting] { state.withLock(\.nodes) }

    package func setNodes(_ nodes: [NodeSighting]) { state.withLock { $0.nodes = nodes } }

    /// Does something as the next pod is about to be posted.
    package func beforePost(_ deed: @escaping @Sendable () async -> Void) {
        state.withLock { $0.beforePost = deed }
    }

    /// Does something as a pod's volume is about to be attached; it may look at anything but pods.
    package func onMount(_ deed: @escaping @Sendable (Pod, VolumeID) -> Void) {
        state.withLock { $0.onMount = deed }
    }

    /// Pods that run, and aren't being deleted.
    package var running: [Pod] {
        settleDown()
        return state.withLock { state in
            state.pods.values.filter { pod in
                pod.hasWorked && pod.endedBecause == nil && state.objects[pod.uid]?.terminatingSince == nil
            }
            .sorted { $0.names.pod < $1.names.pod }
        }
    }

    /// Pods that are there in any state.
    package var allPods: [Pod] {
        state.withLock { $0.pods.values.sorted { $0.names.pod < $1.names.pod } }
    }

    /// Somebody deletes a pod by hand.
    package func deletePod(of id: ReservationID) {
        let now = time.monotonic()
        state.withLock { state in
            for pod in state.pods.values where pod.reservation == id {
                state.objects[pod.uid]?.terminatingSince = now
            }
        }
    }

    /// Every pod ever accepted.
    package var posts: [PodOrder] { state.withLock(\.posts) }

    /// What a pod's files say of its end.
    package func notice(of names: PodNames) -> PodNotice? { state.withLock { $0.notices[names.pod] } }

    package func anchorsMade(of id: ReservationID) -> Int { state.withLock { $0.anchorsMade[id] ?? 0 } }

    package func pods(of id: ReservationID) -> [Pod] {
        settleDown()
        return state.withLock { $0.pods.values.filter { $0.reservation == id } }
    }

    package func everything(of id: ReservationID) -> [Object] {
        settleDown()
        return state.withLock { $0.objects.values.filter { $0.reservation == id } }
    }

    /// The pod ends by itself; watches say so.
    package func endPod(of id: ReservationID, because why: String, loss: String? = nil) {
        let readers = state.withLock { state in
            for (name, pod) in state.pods where pod.reservation == id {
                state.pods[name]?.endedBecause = why
                state.losses[name] = loss
            }
            return state.readers
        }
        for reader in readers { reader.yield(id) }
    }

    /// One of several pods ends by itself.
    package func endPod(_ names: PodNames, of id: ReservationID, because why: String) {
        let readers = state.withLock { state in
            state.pods[names.pod]?.endedBecause = why
            return state.readers
        }
        for reader in readers { reader.yield(id) }
    }

    /// From now on it is another cluster, or one that doesn't say which it is; without the pods there were.
    package func become(_ identity: String?, empty: Bool) {
        state.withLock { state in
            state.identity = identity
            guard empty else { return }
            state.objects = [:]
            state.anchors = [:]
            state.pods = [:]
        }
    }

    // MARK: How the cluster goes on

    func begin() async throws(PodError) {
        await Life.pass()
        settleDown()
        if state.withLock(\.behaviour.isSilent) {
            throw PodError(.unavailable, "the API server doesn't answer")
        }
    }

    /// Takes away what is due to go, and lets pods start.
    func settleDown() {
        let now = time.monotonic()
        state.withLock { state in
            state.collectGarbage(now)
            for uid in state.gone(now) {
                guard let object = state.objects.removeValue(forKey: uid) else { continue }
                state.forget(object, in: volumes)
                chronicle.add("pods: gone \(object.kind) \(object.name)")
            }
            for (name, pod) in state.pods { state.goOn(name, pod, now, volumes) }
        }
    }
}

extension FakePodHost.State {
    fileprivate mutating func collectGarbage(_ now: Duration) {
        let living = Set(objects.values.filter { $0.kind == "ConfigMap" }.map(\.uid))
        for (uid, object) in objects {
            guard let owner = object.owner, !living.contains(owner), object.terminatingSince == nil else {
                continue
            }
            objects[uid]?.terminatingSince = now
        }
    }

    fileprivate func gone(_ now: Duration) -> [String] {
        guard !behaviour.isStuckTerminating else { return [] }
        return objects.values
            .filter { object in
                // The anchor has no finalizer: it goes at once.
                let takes = object.kind == "ConfigMap" ? .zero : behaviour.terminating
                return object.terminatingSince.map { $0 + takes <= now } ?? false
            }
            .map(\.uid)
    }

    fileprivate mutating func forget(_ object: FakePodHost.Object, in volumes: InMemoryVolumes) {
        switch object.kind {
        case "Pod":
            if let pod = pods.removeValue(forKey: object.name), let volume = pod.volume {
                volumes.detach(volume)
            }
        case "Secret": secrets[object.name] = nil
        case "ConfigMap": anchors[object.reservation] = nil
        default: break
        }
    }

    fileprivate mutating func goOn(
        _ name: String,
        _ pod: FakePodHost.Pod,
        _ now: Duration,
        _ volumes: InMemoryVolumes
    ) {
        guard !behaviour.isNeverScheduled, now - pod.postedAt >= behaviour.scheduling, !pod.hasWorked else {
            return
        }
        pods[name]?.hasWorked = true
        guard let volume = pod.volume else { return }
        onMount?(pod, volume)
        volumes.attach(volume, to: name)
        volumes.write("work of \(pod.reservation.short)/\(pod.generation)", to: volume)
    }

    mutating func uid() -> String {
        lastUID += 1
        return "uid-\(lastUID)"
    }
}
