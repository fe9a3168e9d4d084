import Foundation

/// The credential of the moment: files are read again each minute, plugins run again when what they printed has expired
/// or was refused.
actor Credentials {
    /// How long what was read from files counts.
    static let fileAge: Duration = .seconds(60)
    /// A credential that ends sooner than this is renewed, so that it doesn't end on its way.
    static let margin: TimeInterval = 10

    private struct Held {
        let credential: Credential
        let readAt: Duration
        let expires: Date?
    }

    private let access: ClusterAccess
    private let time: KubernetesTime
    /// One plugin at a time, however many calls wait for it.
    private let turnstile = Turnstile()
    private var last: Held?

    init(access: ClusterAccess, time: KubernetesTime) {
        self.access = access
        self.time = time
    }

    /// The credential to send now.
    ///
    /// - Throws: `AccessError` if a file can't be read or a plugin fails.
    func current() async throws(AccessError) -> Credential {
        if let credential = held() { return credential }
        do {
            try await turnstile.enter()
        } catch {
            throw AccessError("credentials", "were waited for in vain: the call was cancelled")
        }
        defer { turnstile.leave() }
        // The one before may have fetched it.
        if let credential = held() { return credential }
        let fresh = try await fetch()
        last = fresh
        return fresh.credential
    }

    /// Forgets a credential that the server refused.
    ///
    /// - Returns: whether asking again can bring another.
    func reject(_ credential: Credential) -> Bool {
        if last?.credential == credential { last = nil }
        switch (access.authentication, access.identity) {
        case (.exec, _), (.token(.file), _), (_, .pem(.file, _)), (_, .pem(_, .file)): return true
        case (.none, _), (.basic, _), (.token(.fixed), _): return false
        }
    }

    /// The credential at hand, if it is still good: no file is read, no plugin run.
    func held() -> Credential? {
        if case .none = access.authentication, access.identity == .none { return Credential() }
        if case .token(.fixed(let token)) = access.authentication, access.identity == .none {
            return Credential(authorization: "Bearer \(token)")
        }
        guard let held = last else { return nil }
        if let expires = held.expires, time.now() >= expires.addingTimeInterval(-Self.margin) { return nil }
        if ages, time.uptime() - held.readAt >= Self.fileAge { return nil }
        return held.credential
    }

    /// Whether anything was read from a file.
    ///
    /// A plugin's answer doesn't age, so with one even files are kept.
    private var ages: Bool {
        switch (access.authentication, access.identity) {
        case (.exec, _): false
        case (.token(.file), _), (_, .pem(.file, _)), (_, .pem(_, .file)): true
        default: false
        }
    }

    private func fetch() async throws(AccessError) -> Held {
        var credential = Credential(identity: try identity())
        var expires: Date?
        switch access.authentication {
        case .none: break
        case .token(.fixed(let token)): credential.authorization = "Bearer \(token)"
        case .token(.file(let path)): credential.authorization = "Bearer \(try AccessFile.token(path))"
        case .basic(let username, let password):
            credential.authorization = "Basic \(Data("\(username):\(password)".utf8).base64EncodedString())"
        case .exec(let plugin):
            let printed = try await plugin.run()
            credential.authorization = printed.credential.authorization
            credential.identity = printed.credential.identity ?? credential.identity
            expires = printed.expires
        }
        return Held(credential: credential, readAt: time.uptime(), expires: expires)
    }

    private func identity() throws(AccessError) -> ClientIdentity? {
        guard case .pem(let certificate, let key) = access.identity else { return nil }
        return ClientIdentity(certificatePEM: try bytes(certificate), keyPEM: try bytes(key))
    }

    private func bytes(_ material: ClusterAccess.Material) throws(AccessError) -> Data {
        switch material {
        case .data(let data): data
        case .file(let path): try AccessFile.read(path)
        }
    }
}
