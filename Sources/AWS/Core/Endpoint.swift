import Foundation

/// Where a service listens: scheme, host, port and perhaps a path before the request's own.
package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    package enum Scheme: String, Sendable, Hashable {
        case http
        case https

        var defaultPort: Int { self == .http ? 80 : 443 }
    }

    package let scheme: Scheme
    package let host: String
    package let port: Int
    /// Without a slash at its end: empty or `/prefix`.
    package let basePath: String

    /// Reads `http://127.0.0.1:4566` or the like; fails on another scheme, a user, a query or a fragment.
    package init?(url text: String) {
        guard let parts = URLComponents(string: text.trimmingCharacters(in: .whitespaces)),
            let name = parts.scheme?.lowercased(), let scheme = Scheme(rawValue: name),
            let host = parts.host, !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else { return nil }
        let port = parts.port ?? scheme.defaultPort
        guard (1...65_535).contains(port) else { return nil }
        self.scheme = scheme
        self.host = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        self.port = port
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        basePath = path
    }

    /// The service's public endpoint in a region.
    package init(_ service: AWSService, in region: Region) {
        scheme = .https
        host = "\(service.hostLabel).\(region.code.lowercased()).\(region.domain)"
        port = 443
        basePath = ""
    }

    /// A public host of AWS, by https.
    init(publicHost: String) {
        scheme = .https
        host = publicHost
        port = 443
        basePath = ""
    }

    /// The `Host` header: the port only where it isn't the scheme's own.
    package var authority: String {
        port == scheme.defaultPort ? host : "\(host):\(port)"
    }

    package var description: String { "\(scheme.rawValue)://\(authority)\(basePath)" }
}
