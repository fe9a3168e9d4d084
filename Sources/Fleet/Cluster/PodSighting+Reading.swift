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
            podIP: pod.status?.podIP
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
        if let reason = statuses.compactMap({ $0.state?.waiting?.reason }).first(where: hindrances.contains) {
            return reason
        }
        guard let phase = pod.status?.phase, phase == .unknown else { return nil }
        return "Unknown"
    }
}
