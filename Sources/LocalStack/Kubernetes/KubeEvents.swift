import Foundation

/// Writes core Events as the cluster's components do: a repeat counts up instead of adding one.
struct KubeEvents: Sendable {
    let limit: Int

    func record(
        _ state: inout KubeState,
        about object: KubeObject,
        _ kind: KubeKind,
        type: String = "Normal",
        reason: String,
        message: String,
        component: String,
        at now: Date
    ) {
        let digest = Self.digest([object.uid, reason, message, component])
        let key = KubeKey(kind: .events, namespace: object.namespace, name: "\(object.name).\(digest)")
        if var event = state[key] {
            event[path: "count"] = .integer((event[path: "count"]?.integer ?? 1) + 1)
            event[path: "lastTimestamp"] = now.kubeTime
            state.put(event, .events)
            return
        }
        let event: KubeValue = [
            "kind": "Event", "apiVersion": "v1",
            "metadata": [
                "name": .string(key.name), "namespace": .string(object.namespace),
                "uid": .string(UUID().uuidString.lowercased()), "creationTimestamp": now.kubeTime,
            ],
            "involvedObject": object.reference(kind), "type": .string(type), "reason": .string(reason),
            "message": .string(message), "count": 1, "firstTimestamp": now.kubeTime,
            "lastTimestamp": now.kubeTime,
            "source": ["component": .string(component)], "reportingComponent": .string(component),
            "reportingInstance": "",
        ]
        state.put(KubeObject(event), .events)
        trim(&state)
    }

    /// Events expire in a real cluster; here the oldest make room.
    private func trim(_ state: inout KubeState) {
        let surplus = state.count(.events) - limit
        guard surplus > 0 else { return }
        let oldest = state.all(.events).sorted { $0.version < $1.version }.prefix(surplus + limit / 10)
        for event in oldest { state.remove(event.key(.events)) }
    }

    private static func digest(_ parts: [String]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in parts.joined(separator: "\u{0}").utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return String(hash, radix: 16)
    }
}
