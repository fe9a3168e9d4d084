/// What the fleet has and allows; requests are checked against it, by workers and before publishing.
package struct RequestRules: Sendable {
    /// GPU type → the most GPUs on one node (0 for CPU types).
    package var types: [GPUType: Int]
    package var maxDurationHours: Double = 240
    package var minDurationHours: Double = 1.0 / 12
    package var maxBodyBytes = 128 * 1024
    /// Producers that say a lower version are refused.
    package var minVersion = "0.7.0"
    package var users = AllowedUsers()

    package init(types: [GPUType: Int]) {
        self.types = types
    }

    /// Counts that one reservation may ask for on one node.
    package static let gpuCounts = [1, 2, 4, 8, 16]

    /// Fields of the replaced system whose feature isn't built yet: refused when set, never ignored.
    package static let notBuilt: [String: String] = [
        "jupyter_enabled": "Jupyter",
        "dockerfile": "custom images",
        "dockerfile_base64_data": "custom images",
        "dockerimage": "custom images",
        "ref": "staging a PyTorch ref",
        "spot": "spot machines",
        "fast_cache": "the fast cache",
        "preserve_entrypoint": "custom images",
        "node_labels": "choosing nodes by label",
    ]

    /// Actions of the replaced system that aren't built yet.
    package static let notBuiltActions: Set<String> = [
        "enable_jupyter", "disable_jupyter", "add_user", "create_disk",
        "clear_disk_lock", "delete_disk", "clone_disk",
    ]
}

/// Why a message is refused: every fault of it, at once.
package struct RejectedMessage: Error, Sendable, Equatable, CustomStringConvertible {
    package let problems: [String]

    package init(_ problems: [String]) { self.problems = problems }

    package var description: String { problems.joined(separator: "; ") }
}

package enum ParsedMessage: Sendable, Equatable {
    case request(ReservationRequest)
    case cancel(CancelCommand)
    case extend(ExtendCommand)
}
