import Foundation

/// A command that prints credentials (Kubernetes documentation, "Authenticating", "client-go credential plugins").
package struct ExecPlugin: Sendable, Equatable {
    /// `client.authentication.k8s.io/v1` or `…/v1beta1`; the answer must have the same.
    package let apiVersion: String
    /// A path, or a name that is looked up in `PATH`.
    package let command: String
    package let arguments: [String]
    /// All that the command gets to see.
    package let environment: [String: String]
    package let installHint: String?
    /// The kubeconfig that it stands in, for messages.
    package let file: String
    package let key: String

    package static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

    /// Reads the `exec` entry of a user.
    init(_ node: ConfigNode, cluster: ClusterAccess, environment: [String: String]) throws(AccessError) {
        let version = try node.needed("apiVersion")
        apiVersion = try version.string()
        guard Self.versions.contains(apiVersion) else {
            throw version.fault("is none of \(Self.versions.joined(separator: ", "))")
        }
        let name = try node.needed("command").string()
        guard !name.isEmpty else { throw try node.needed("command").fault("is empty") }
        command = name.contains("/") ? AccessFile.resolve(name, from: node.file) : name
        var arguments: [String] = []
        for argument in try node.child("args")?.elements() ?? [] { arguments.append(try argument.string()) }
        self.arguments = arguments
        if let mode = try node.child("interactiveMode"), try mode.string() == "Always" {
            throw mode.fault("is Always, but there is nobody to ask")
        }
        installHint = try node.string("installHint")
        file = node.file
        key = node.key

        var variables = environment
        for entry in try node.child("env")?.elements() ?? [] {
            let name = try entry.needed("name").string()
            guard !name.isEmpty, !name.contains("="), !name.contains("\0") else {
                throw try entry.needed("name").fault("is no name of a variable")
            }
            variables[name] = try entry.needed("value").string()
        }
        let info = ExecInfo(
            apiVersion: apiVersion,
            cluster: try node.bool("provideClusterInfo") ? cluster : nil
        )
        variables["KUBERNETES_EXEC_INFO"] = try info.text(for: node)
        self.environment = variables
    }
}

/// What `KUBERNETES_EXEC_INFO` tells the command.
private struct ExecInfo: Encodable {
    private struct Spec: Encodable {
        let interactive = false
        let cluster: Cluster?

        private enum CodingKeys: String, CodingKey {
            case interactive, cluster
        }
    }

    private struct Cluster: Encodable {
        var server: String
        var tlsServerName: String?
        var insecure: Bool?
        var authorities: Data?
        var proxy: String?

        private enum CodingKeys: String, CodingKey {
            case server
            case tlsServerName = "tls-server-name"
            case insecure = "insecure-skip-tls-verify"
            case authorities = "certificate-authority-data"
            case proxy = "proxy-url"
        }
    }

    private let apiVersion: String
    private let kind = "ExecCredential"
    private let spec: Spec

    private enum CodingKeys: String, CodingKey {
        case apiVersion, kind, spec
    }

    init(apiVersion: String, cluster access: ClusterAccess?) {
        self.apiVersion = apiVersion
        guard let access else {
            spec = Spec(cluster: nil)
            return
        }
        var cluster = Cluster(server: access.server.absoluteString, tlsServerName: access.tlsServerName)
        switch access.trust {
        case .system: break
        case .nobodyIsChecked: cluster.insecure = true
        case .authorities(let data): cluster.authorities = data
        case .authoritiesFile(let path): cluster.authorities = try? AccessFile.read(path)
        }
        cluster.proxy = access.proxy?.absoluteString
        spec = Spec(cluster: cluster)
    }

    func text(for node: ConfigNode) throws(AccessError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            throw node.fault("can't be described to its command")
        }
    }
}
