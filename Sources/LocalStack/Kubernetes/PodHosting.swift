package import Foundation

/// What runs the process of a pod.
package protocol PodHosting: Sendable {
    /// The user that a client logs in as.
    var loginUser: String { get }

    /// Runs the pod's process until it ends by itself or the task is cancelled; then nothing of it is left.
    ///
    /// `endpoints` yields, whenever it changes, everything that the process has to listen on; `started` is
    /// called once when the process listens on the first of these lists.
    func run(
        _ pod: HostedPod,
        endpoints: AsyncStream<[PodEndpoint]>,
        started: @Sendable () async -> Void
    ) async throws -> PodExit

    /// The end of what the process has written to its log, at most `bytes` long.
    func log(of uid: String, bytes: Int) async -> Data
}

/// An address that a pod's process listens on.
package struct PodEndpoint: Sendable, Hashable, Codable, CustomStringConvertible {
    package var address: String
    package var port: Int

    package init(address: String, port: Int) {
        self.address = address
        self.port = port
    }

    package var description: String { "\(address):\(port)" }
}

/// A pod as its process sees it.
package struct HostedPod: Sendable {
    package var namespace: String
    package var name: String
    package var uid: String
    package var node: String
    /// The files of all mounted secrets by key, such as `authorized_keys` and `ssh_host_ed25519_key`.
    package var secrets: [String: Data]
    /// The first container's plain environment variables.
    package var environment: [String: String]
    /// The folder with the home volume's content; nil: an empty folder that goes with the pod.
    package var home: String?
}

/// How a pod's process ended by itself.
package struct PodExit: Sendable, Hashable {
    package var code: Int
    package var reason: String

    package init(code: Int, reason: String) {
        self.code = code
        self.reason = reason
    }
}
