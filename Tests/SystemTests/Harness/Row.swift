/// A reservation as `berth show --output json` tells it.
struct Row: Decodable, Sendable {
    struct Receipt: Decodable, Sendable {
        struct Entry: Decodable, Sendable {
            let step: String
            let outcome: String
            let detail: String
        }

        let cause: String
        let by: String?
        let entries: [Entry]

        func outcome(of step: String) -> String? {
            entries.last { $0.step == step }?.outcome
        }
    }

    let id: String
    let status: String
    let owner: String?
    let fence: Int
    let volume: String?
    let podIntent: JSON?
    let diskIntent: JSON?
    let warning: String?
    let failure: String?
    let receipt: Receipt?
    let unpublished: [JSON]?
    let trace: [String: Double]

    enum CodingKeys: String, CodingKey {
        case id = "reservation_id"
        case status, owner, fence, warning, receipt, unpublished
        case volume = "ebs_volume_id"
        case podIntent = "pod_intent"
        case diskIntent = "disk_intent"
        case failure = "failure_reason"
        case trace = "trace_data"
    }

    var isTerminal: Bool { ["failed", "expired", "cancelled"].contains(status) }

    /// The volume that the pod intent names; nil for `emptyDir`.
    var mounted: String? { podIntent?["storage"]?["volume"]?["_0"]?.text }

    var usesEmptyDir: Bool { podIntent?["storage"]?["emptyDir"] != nil }
}

/// A volume as the local EC2 really has it.
struct StackVolume: Decodable, Sendable {
    let id: String
    let state: String
    let tags: [String: String]
    let content: String?

    var reservation: String? { tags["berth-reservation"] }
}

/// A snapshot as the local EC2 really has it.
struct StackSnapshot: Decodable, Sendable {
    let id: String
    let volumeID: String
    let state: String
    let tags: [String: String]
    let content: String?
}

/// A pod as the local Kubernetes really has it.
struct StackPod: Decodable, Sendable {
    let name: String
    let uid: String
    let phase: String
}

/// What `berth-dev state` counts.
struct StackCounts: Decodable, Sendable {
    let counts: [String: Int]

    subscript(_ name: String) -> Int { counts[name] ?? 0 }
}
