package import Foundation

/// Where a cluster's API server is, how it is trusted and what proves who we are.
package struct ClusterAccess: Sendable, Equatable {
    package enum Trust: Sendable, Equatable {
        /// The machine's own certificate authorities.
        case system
        /// PEM certificates.
        case authorities(Data)
        /// A file of PEM certificates, read again as it may be replaced.
        case authoritiesFile(String)
        /// `insecure-skip-tls-verify`.
        case nobodyIsChecked
    }

    package enum Token: Sendable, Equatable {
        case fixed(String)
        /// Read again each minute: the kubelet and others replace it.
        case file(String)
    }

    package enum Identity: Sendable, Equatable {
        case none
        case pem(certificate: Material, key: Material)
    }

    /// A piece of PEM, inline or in a file.
    package enum Material: Sendable, Equatable {
        case data(Data)
        case file(String)
    }

    package enum Authentication: Sendable, Equatable {
        case none
        case token(Token)
        case basic(username: String, password: String)
        case exec(ExecPlugin)
    }

    /// `http` or `https`, host, port, perhaps a path.
    package var server: URL
    package var trust: Trust
    package var tlsServerName: String?
    package var authentication: Authentication
    package var identity: Identity
    /// The context's or the service account's namespace.
    package var namespace: String?
    package var proxy: URL?

    package init(
        server: URL,
        trust: Trust = .system,
        tlsServerName: String? = nil,
        authentication: Authentication = .none,
        identity: Identity = .none,
        namespace: String? = nil,
        proxy: URL? = nil
    ) {
        self.server = server
        self.trust = trust
        self.tlsServerName = tlsServerName
        self.authentication = authentication
        self.identity = identity
        self.namespace = namespace
        self.proxy = proxy
    }
}
