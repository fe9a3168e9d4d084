import Foundation

/// The access that every pod is given (Kubernetes documentation, "Accessing the Kubernetes API from a Pod").
package enum InCluster {
    package static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Nil outside of a cluster; inside, what is missing is an error.
    static func access(environment: [String: String], folder: String) throws(AccessError) -> ClusterAccess? {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty else { return nil }
        guard let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty else { return nil }
        guard let number = Int(port), (1...65535).contains(number) else {
            throw AccessError("KUBERNETES_SERVICE_PORT", "is no port: \(port.prefix(40))")
        }
        let authority = host.contains(":") ? "[\(host)]" : host
        guard let server = URL(string: "https://\(authority):\(number)"), server.host() != nil else {
            throw AccessError("KUBERNETES_SERVICE_HOST", "is no host: \(host.prefix(80))")
        }
        let token = folder + "/token"
        let authorities = folder + "/ca.crt"
        _ = try AccessFile.token(token)
        _ = try AccessFile.read(authorities)
        return ClusterAccess(
            server: server,
            trust: .authoritiesFile(authorities),
            authentication: .token(.file(token)),
            namespace: try namespace(folder + "/namespace")
        )
    }

    private static func namespace(_ file: String) throws(AccessError) -> String? {
        guard AccessFile.exists(file) else { return nil }
        let text = String(decoding: try AccessFile.read(file), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        guard NameSyntax.isLabel(text) else { throw AccessError(file, "holds no namespace") }
        return text
    }
}
