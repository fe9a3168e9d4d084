import Foundation

/// Changes of a pod's status as scheduler and kubelet make them.
extension KubeObject {
    mutating func setCondition(
        _ type: String,
        _ status: String,
        reason: String? = nil,
        message: String? = nil,
        at now: Date
    ) {
        var conditions = self[path: "status", "conditions"]?.items ?? []
        let place = conditions.firstIndex { $0["type"]?.string == type }
        var condition: KubeValue =
            place.map { conditions[$0] } ?? ["type": .string(type), "lastProbeTime": .null]
        if condition["status"]?.string != status { condition["lastTransitionTime"] = now.kubeTime }
        condition["status"] = .string(status)
        condition["reason"] = reason.map(KubeValue.string)
        condition["message"] = message.map(KubeValue.string)
        if let place { conditions[place] = condition } else { conditions.append(condition) }
        self[path: "status", "conditions"] = .array(conditions)
    }

    func condition(_ type: String) -> KubeValue? {
        self[path: "status", "conditions"]?.items.first { $0["type"]?.string == type }
    }

    /// Gives every container of a list the same state; restarts are kept.
    mutating func setContainers(
        _ list: String = "containerStatuses",
        from specification: String = "containers",
        state: KubeValue,
        isReady: Bool = false,
        lastState: KubeValue? = nil,
        restarted: Int = 0
    ) {
        let former = self[path: "status", list]?.items ?? []
        let statuses = (self[path: "spec", specification]?.items ?? []).map { container -> KubeValue in
            let old = former.first { $0["name"] == container["name"] }
            return [
                "name": container["name"] ?? "", "image": container["image"] ?? "", "imageID": "",
                "state": state, "lastState": lastState ?? old?["lastState"] ?? [:], "ready": .bool(isReady),
                "started": .bool(isReady),
                "restartCount": .integer((old?["restartCount"]?.integer ?? 0) + restarted),
            ]
        }
        if !statuses.isEmpty { self[path: "status", list] = .array(statuses) }
    }

    mutating func setWaiting(
        _ reason: String,
        _ message: String = "",
        restarted: Int = 0,
        last: KubeValue? = nil
    ) {
        var waiting: KubeValue = ["reason": .string(reason)]
        if !message.isEmpty { waiting["message"] = .string(message) }
        setContainers(state: ["waiting": waiting], lastState: last, restarted: restarted)
    }

    mutating func setReady(_ isReady: Bool, reason: String? = nil, at now: Date) {
        for type in ["ContainersReady", "Ready"] {
            setCondition(type, isReady ? "True" : "False", reason: reason, at: now)
        }
    }

    static func terminated(code: Int, reason: String, at now: Date) -> KubeValue {
        [
            "terminated": [
                "exitCode": .integer(code), "reason": .string(reason), "finishedAt": now.kubeTime,
                "startedAt": now.kubeTime,
            ]
        ]
    }
}
