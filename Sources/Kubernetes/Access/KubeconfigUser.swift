import Foundation

/// A user's entry: the one way in which it proves itself, and perhaps a client certificate.
struct KubeconfigUser {
    private let node: ConfigNode
    private let environment: [String: String]

    private static let understood: Set<String> = [
        "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token",
        "tokenFile",
        "username", "password", "exec", "extensions",
    ]

    /// Refuses what isn't understood: a credential, or a restriction such as `as`, must not silently be dropped.
    init(_ node: ConfigNode, environment: [String: String]) throws(AccessError) {
        self.node = node
        self.environment = environment
        for key in try node.keys() where !Self.understood.contains(key) {
            guard try node.child(key) != nil else { continue }
            throw AccessError(node.file, key: "\(node.key).\(key.prefix(80))", "isn't supported")
        }
    }

    func apply(to access: inout ClusterAccess) throws(AccessError) {
        access.identity = try identity()
        var ways: [(key: String, ClusterAccess.Authentication)] = []
        if let token = try token() { ways.append(("token", .token(token))) }
        if let (username, password) = try passwordPair() {
            ways.append(("username", .basic(username: username, password: password)))
        }
        if let exec = try node.child("exec") {
            ways.append(("exec", .exec(try ExecPlugin(exec, cluster: access, environment: environment))))
        }
        guard ways.count <= 1 else {
            throw node.fault("has more than one of \(ways.map(\.key).joined(separator: ", "))")
        }
        access.authentication = ways.first?.1 ?? .none
    }

    private func identity() throws(AccessError) -> ClusterAccess.Identity {
        let certificate = try material("client-certificate")
        let key = try material("client-key")
        switch (certificate, key) {
        case (let certificate?, let key?): return .pem(certificate: certificate, key: key)
        case (nil, nil): return .none
        case (_?, nil): throw node.fault("has a client-certificate but no client-key")
        case (nil, _?): throw node.fault("has a client-key but no client-certificate")
        }
    }

    private func material(_ key: String) throws(AccessError) -> ClusterAccess.Material? {
        if let data = try node.base64(key + "-data") { return .data(data) }
        guard let file = try node.string(key) else { return nil }
        let path = AccessFile.resolve(file, from: node.file)
        _ = try AccessFile.read(path, key: "(\(node.key).\(key) of \(node.file))")
        return .file(path)
    }

    /// A file wins over a text, since it is what gets replaced (client-go `tools/clientcmd/api/types.go`).
    private func token() throws(AccessError) -> ClusterAccess.Token? {
        if let file = try node.string("tokenFile") {
            let path = AccessFile.resolve(file, from: node.file)
            _ = try AccessFile.token(path, key: "(\(node.key).tokenFile of \(node.file))")
            return .file(path)
        }
        guard let token = try node.string("token") else { return nil }
        guard AccessFile.isHeaderSafe(token) else {
            throw try node.needed("token").fault("holds characters that no token has")
        }
        return .fixed(token)
    }

    private func passwordPair() throws(AccessError) -> (String, String)? {
        let username = try node.string("username")
        let password = try node.string("password")
        switch (username, password) {
        case (nil, nil): return nil
        case (let username?, let password?):
            guard !username.contains(":") else {
                throw try node.needed("username").fault("holds a colon, which no user name of HTTP may")
            }
            return (username, password)
        default: throw node.fault("has only one of username and password")
        }
    }
}
