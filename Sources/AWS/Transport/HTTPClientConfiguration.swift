package import AsyncHTTPClient
import NIOCore
import NIOSSL

extension AsyncHTTPTransport {
    /// How an `HTTPClient` must be configured for this transport.
    ///
    /// - Parameters:
    ///   - caBundle: a file of certificates in PEM to trust instead of the machine's (`AWS_CA_BUNDLE`).
    ///   - connectTimeout: the longest that a connection may take to make.
    /// - Returns: the configuration.
    package static func configuration(
        caBundle: String? = nil,
        connectTimeout: Duration = .seconds(5)
    ) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let caBundle { tls.trustRoots = .file(caBundle) }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls,
            redirectConfiguration: .disallow,
            timeout: .init(connect: .milliseconds(Int64(connectTimeout / .milliseconds(1)))),
            decompression: .disabled
        )
        // Below what the services' front ends keep, so that few requests meet a closing connection.
        configuration.connectionPool.idleTimeout = .seconds(15)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return configuration
    }
}
