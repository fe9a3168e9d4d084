import Foundation

extension Kubeconfig {
    /// The cluster and user of a context.
    func access(context name: String?, environment: [String: String]) throws(AccessError) -> ClusterAccess {
        let source = files.joined(separator: ":")
        guard let name = name ?? currentContext else {
            throw AccessError(source, key: "current-context", "isn't set")
        }
        guard let context = contexts[name] else {
            throw AccessError(source, key: "contexts", "has none named \(name.prefix(80))")
        }
        let clusterName = try context.needed("cluster").string()
        guard let cluster = clusters[clusterName] else {
            throw try context.needed("cluster").fault(
                "names a cluster that isn't there: \(clusterName.prefix(80))"
            )
        }
        var access = try Self.cluster(cluster)
        if let namespace = try context.string("namespace") {
            guard NameSyntax.isLabel(namespace) else {
                throw try context.needed("namespace").fault("is no namespace")
            }
            access.namespace = namespace
        }
        guard let userName = try context.string("user") else { return access }
        guard let user = users[userName] else {
            throw try context.needed("user").fault("names a user that isn't there: \(userName.prefix(80))")
        }
        try KubeconfigUser(user, environment: environment).apply(to: &access)
        return access
    }

    private static func cluster(_ node: ConfigNode) throws(AccessError) -> ClusterAccess {
        let address = try node.needed("server")
        let server = try url(address, schemes: ["https", "http"])
        var access = ClusterAccess(server: server)
        let authorities = try node.base64("certificate-authority-data")
        let file = try node.string("certificate-authority")
        if try node.bool("insecure-skip-tls-verify") {
            guard authorities == nil, file == nil else {
                throw node.fault("has both insecure-skip-tls-verify and a certificate-authority")
            }
            access.trust = .nobodyIsChecked
        } else if let authorities {
            access.trust = .authorities(authorities)
        } else if let file {
            let path = AccessFile.resolve(file, from: node.file)
            _ = try AccessFile.read(path, key: "(\(node.key).certificate-authority of \(node.file))")
            access.trust = .authoritiesFile(path)
        }
        if let name = try node.string("tls-server-name") {
            guard NameSyntax.isSubdomain(name.lowercased()) else {
                throw try node.needed("tls-server-name").fault("is no host name")
            }
            access.tlsServerName = name
        }
        if let proxy = try node.child("proxy-url"), try !proxy.string().isEmpty {
            access.proxy = try url(proxy, schemes: ["http", "socks5"])
        }
        return access
    }

    private static func url(_ node: ConfigNode, schemes: [String]) throws(AccessError) -> URL {
        let text = try node.string()
        let expected = "isn't a URL of \(schemes.joined(separator: " or "))"
        guard let url = URL(string: text), let scheme = url.scheme, schemes.contains(scheme.lowercased())
        else {
            throw node.fault(expected)
        }
        guard let host = url.host(), !host.isEmpty, url.user() == nil, url.query() == nil else {
            throw node.fault("\(expected) with a host and no user or query")
        }
        return url
    }
}
