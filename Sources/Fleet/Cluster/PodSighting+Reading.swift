import Kubernetes
import Reservations

extension PodSighting {
    /// Why a container waits that does not get on by itself soon.
    private static let hindrances: Set<String> = [
        "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "CrashLoopBackOff",
        "CreateContainerConfigError", "CreateContainerError", "RunContainerError",
    ]

    /// Reads a pod; nil if it isn't of this fleet.
    init?(_ pod: Pod, fleet: FleetID) {
        let labels = pod.metadata.labels ?? [:]
        guard labels[ClusterLabel.fleet] == fleet.rawValue, let name = pod.metadata.name,
            let uid = pod.metadata.uid
        else { return nil }
        self.init(
            name: name,
            uid: uid,
            reservation: labels[ClusterLabel.reservation].flatMap(ReservationID.init(rawValue:)),
            generation: labels[ClusterLabel.generation].flatMap { Int($0) },
            phase: Self.phase(of: pod),
            hindrance: Self.hindrance(of: pod),
            isTerminating: pod.metadata.isTerminating,
            node: pod.spec?.nodeName,
            podIP: pod.status?.podIP,
            loss: Self.loss(of: pod)
        )
    }

    private static func phase(of pod: Pod) -> Phase {
        switch pod.status?.phase {
        case .running?:
            let containers = pod.status?.containerStatuses ?? []
            let areReady = !containers.isEmpty && containers.allSatisfy { $0.ready == true }
            return areReady ? .ready : .running
        case .failed?, .succeeded?: return .ended(ending(of: pod))
        default: return .pending
        }
    }

    private static func ending(of pod: Pod) -> String {
        let statuses = (pod.status?.initContainerStatuses ?? []) + (pod.status?.containerStatuses ?? [])
        let exits = statuses.compactMap { container -> String? in
            guard let end = container.state?.terminated, end.exitCode != 0 else { return nil }
            let reason = end.reason.map { " (\($0))" } ?? ""
            return
                "container \(container.name) exited with \(end.exitCode.map(String.init) ?? "no code")\(reason)"
        }
        let phase = pod.status?.phase?.rawValue ?? ""
        let parts = [pod.status?.reason, pod.status?.message].compactMap { $0 } + exits
        return ([phase] + parts).joined(separator: ": ")
    }

    private static func hindrance(of pod: Pod) -> String? {
        if let scheduled = pod.status?.condition("PodScheduled"), scheduled.status == .no {
            // Any other reason, such as SchedulingGated, keeps it from a node just as well.
            let reason = scheduled.reason ?? "Unschedulable"
            guard let message = scheduled.message?.split(whereSeparator: \.isNewline).first else {
                return reason
            }
            return "\(reason): \(message.prefix(300))"
        }
        let statuses = (pod.status?.initContainerStatuses ?? []) + (pod.status?.containerStatuses ?? [])
        // A container that is killed for its memory is started again, and only its last state says why.
        let killed = statuses.first { container in
            container.ready != true
                && (container.state?.terminated ?? container.lastState?.terminated)?.reason == "OOMKilled"
        }
        if let killed { return "OOMKilled: container \(killed.name) ran out of memory" }
        if let reason = statuses.compactMap({ $0.state?.waiting?.reason }).first(where: hindrances.contains) {
            return reason
        }
        guard let phase = pod.status?.phase, phase == .unknown else { return nil }
        return "Unknown"
    }
}

extension PodSighting {
    /// Whether nothing runs in it any more, or soon won't.
    var isOver: Bool {
        if case .ended = phase { true } else { isTerminating }
    }

    /// Why a pod that ends was taken away, as its user should hear it.
    ///
    /// Source: Kubernetes documentation, "Disruptions", "Pod disruption conditions".
    fileprivate static func loss(of pod: Pod) -> String? {
        let message = pod.status?.message.map { ": \($0.prefix(300))" } ?? ""
        if pod.status?.reason == "Evicted" { return "it was evicted\(message)" }
        let statuses = (pod.status?.initContainerStatuses ?? []) + (pod.status?.containerStatuses ?? [])
        if let container = statuses.first(where: { $0.state?.terminated?.reason == "OOMKilled" }) {
            return "container \(container.name) ran out of memory"
        }
        if let disruption = pod.status?.condition("DisruptionTarget"), disruption.status == .yes {
            let detail = disruption.message.map { ": \($0.prefix(300))" } ?? ""
            switch disruption.reason {
            case "EvictionByEvictionAPI": return "it was evicted\(detail)"
            case "PreemptionByScheduler": return "it had to make way for another pod\(detail)"
            case "DeletionByTaintManager", "DeletionByPodGC": return "its node was lost\(detail)"
            case "TerminationByKubelet": return "its node shut down or ran short\(detail)"
            default: break
            }
        }
        let nodeReasons: Set<String> = ["NodeLost", "NodeShutdown", "Shutdown", "Terminated"]
        if let reason = pod.status?.reason, nodeReasons.contains(reason) {
            return "its node was lost\(message)"
        }
        return nil
    }
}
