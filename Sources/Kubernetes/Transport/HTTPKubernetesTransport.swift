import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// The API server over HTTP/1.1.
///
/// Not HTTP/2: there all calls and watches share one connection, and one that died silently takes all of them along.
package final class HTTPKubernetesTransport: KubernetesTransport {
    /// Larger answers are refused: a page of 500 large pods has about 10 MB.
    static let mostAnswerBytes = 64 << 20
    /// Each watch holds a connection of its own, so the library's default of 8 would starve the calls.
    static let mostConnections = 512

    private let client: HTTPClient
    private let base: String
    private let hostHeader: String
    private let tls: TLSSettings?

    /// A transport to one server; close it with ``shutdown()``.
    ///
    /// - Parameters:
    ///   - access: server, trust and proxy.
    ///   - time: judges when a file of authorities is read again.
    ///   - connectTimeout: TCP and TLS.
    /// - Throws: `AccessError` for a server or proxy without a host.
    package init(access: ClusterAccess, time: KubernetesTime, connectTimeout: Duration = .seconds(10))
        throws(AccessError)
    {
        guard let host = access.server.host(), let scheme = access.server.scheme?.lowercased() else {
            throw AccessError("server", "has no host: \(access.server)")
        }
        let authority = Self.authority(host, port: access.server.port)
        let path = access.server.path().trimmingSuffix("/")
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.timeout.connect = .init(connectTimeout)
        // Repeated silently, a refused connection would end as a timeout that says nothing about what was sent.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.mostConnections
        configuration.connectionPool.idleTimeout = .seconds(60)
        configuration.proxy = try Self.proxy(access.proxy)
        if scheme == "https", let name = access.tlsServerName, name != host {
            // The name that the certificate must have stands in the URL, and resolves to the server.
            configuration.dnsOverride = [name: host]
            base = "https://" + Self.authority(name, port: access.server.port) + path
        } else {
            base = "\(scheme)://\(authority)\(path)"
        }
        hostHeader = authority
        tls = scheme == "https" ? TLSSettings(trust: access.trust, time: time) : nil
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes all connections; calls in flight fail.
    package func shutdown() async throws {
        try await client.shutdown()
    }

    package func send(
        _ request: KubernetesRequest,
        timeout: Duration
    ) async throws(KubernetesTransportError) -> KubernetesResponse {
        let response = try await execute(request, timeout: timeout)
        var body = Data()
        do {
            for try await buffer in response.body {
                guard body.count + buffer.readableBytes <= Self.mostAnswerBytes else {
                    throw KubernetesTransportError(
                        .answerTooLarge,
                        message: "over \(Self.mostAnswerBytes) bytes",
                        mayHaveBeenSent: true
                    )
                }
                body.append(Data(buffer: buffer))
            }
        } catch {
            throw KubernetesTransportError(brokenBody: error)
        }
        return KubernetesResponse(head: Self.head(response), body: body)
    }

    package func open(
        _ request: KubernetesRequest,
        timeout: Duration
    ) async throws(KubernetesTransportError) -> KubernetesStream {
        let response = try await execute(request, timeout: timeout)
        let body = BodyReader(response.body)
        return KubernetesStream(head: Self.head(response)) { () async throws(KubernetesTransportError) in
            try await body.next()
        }
    }

    private func execute(
        _ request: KubernetesRequest,
        timeout: Duration
    ) async throws(KubernetesTransportError) -> HTTPClientResponse {
        var outgoing = HTTPClientRequest(url: base + request.target)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        outgoing.headers.add(name: "Host", value: hostHeader)
        outgoing.headers.add(name: "Accept", value: "application/json")
        outgoing.headers.add(name: "User-Agent", value: "berth")
        if let type = request.contentType { outgoing.headers.add(name: "Content-Type", value: type) }
        if let value = request.credential.authorization {
            outgoing.headers.add(name: "Authorization", value: value)
        }
        if let body = request.body { outgoing.body = .bytes(ByteBuffer(data: body)) }
        outgoing.tlsConfiguration = try tls?.configuration(for: request.credential.identity)
        do {
            return try await client.execute(outgoing, timeout: TimeAmount(timeout))
        } catch {
            throw KubernetesTransportError(failed: error)
        }
    }

    private static func head(_ response: HTTPClientResponse) -> KubernetesResponseHead {
        KubernetesResponseHead(
            status: Int(response.status.code),
            headers: response.headers.map { .init($0.name, $0.value) }
        )
    }

    private static func authority(_ host: String, port: Int?) -> String {
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }

    private static func proxy(_ url: URL?) throws(AccessError) -> HTTPClient.Configuration.Proxy? {
        guard let url else { return nil }
        guard let host = url.host() else { throw AccessError("proxy-url", "has no host: \(url)") }
        switch url.scheme?.lowercased() {
        case "http": return .server(host: host, port: url.port ?? 80)
        case "socks5": return .socksServer(host: host, port: url.port ?? 1080)
        default: throw AccessError("proxy-url", "is neither http nor socks5: \(url)")
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
