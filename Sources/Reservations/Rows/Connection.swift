/// How to reach a running server.
package struct Connection: Codable, Sendable, Equatable {
    package let podName: String
    package let namespace: String
    package let nodeIP: String
    package let nodePort: Int
    package let podIP: String?
    /// The public host key in `known_hosts` form: type and base64.
    package let hostKey: String
    package let login: String

    enum CodingKeys: String, CodingKey {
        case podName = "pod_name"
        case namespace
        case nodeIP = "node_ip"
        case nodePort = "node_port"
        case podIP = "pod_ip"
        case hostKey = "host_key"
        case login = "ssh_login"
    }

    package init(
        podName: String,
        namespace: String,
        nodeIP: String,
        nodePort: Int,
        podIP: String?,
        hostKey: String,
        login: String
    ) {
        self.podName = podName
        self.namespace = namespace
        self.nodeIP = nodeIP
        self.nodePort = nodePort
        self.podIP = podIP
        self.hostKey = hostKey
        self.login = login
    }

    package var sshCommand: String { "ssh -p \(nodePort) \(login)@\(nodeIP)" }
}
