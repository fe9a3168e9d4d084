package import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends requests with an `HTTPClient`, which its owner shuts down.
///
/// `configuration` is how that client must be made: it follows no redirects and reconnects for no one, so
/// that whether a request may have arrived is known here.
package struct AsyncHTTPTransport: AWSTransport {
    private let client: HTTPClient

    package init(_ client: HTTPClient) {
        self.client = client
    }

    package func send(
        _ request: AWSRequest,
        timeout: Duration,
        bodyLimit: Int
    ) async throws(TransportError) -> AWSResponse {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers { outgoing.headers.add(name: header.name, value: header.value) }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        do {
            return try await withDeadline(timeout) { [outgoing] in
                let response = try await client.execute(outgoing, timeout: TimeAmount(timeout))
                let body = try await response.body.collect(upTo: bodyLimit)
                return AWSResponse(
                    status: Int(response.status.code),
                    headers: response.headers.map { .init($0.name, $0.value) },
                    body: Array(body.readableBytesView)
                )
            }
        } catch {
            throw TransportError(error, isCancelled: Task.isCancelled)
        }
    }

    /// The client's own deadline ends with the head of the answer; this one holds for the body too.
    private func withDeadline(
        _ timeout: Duration,
        _ work: @escaping @Sendable () async throws -> AWSResponse
    ) async throws -> AWSResponse {
        try await withThrowingTaskGroup(of: AWSResponse.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}

extension TransportError {
    fileprivate init(_ error: any Error, isCancelled: Bool) {
        let reason = String(String(describing: error).prefix(300))
        if isCancelled || error is CancellationError {
            self.init(.cancelled, reason)
            return
        }
        switch error {
        case is NIOTooManyBytesError:
            self.init(.answerTooLarge, reason)
        case let error as HTTPClientError:
            self.init(Self.kind(of: error), reason)
        case is NIOConnectionError:
            self.init(.notSent, reason)
        case let error as IOError where Self.beforeConnection.contains(error.errnoCode):
            self.init(.notSent, reason)
        case NIOSSLError.handshakeFailed, is NIOSSLExtraError:
            self.init(.notSent, reason)
        case let error as ChannelError where error.isConnectTimeout:
            self.init(.notSent, reason)
        default:
            self.init(.connectionLost, reason)
        }
    }

    /// What only connecting can fail with; an unreachable host may also be lost midway.
    private static let beforeConnection: Set<CInt> = [ECONNREFUSED, EADDRNOTAVAIL]

    private static func kind(of error: HTTPClientError) -> Kind {
        switch error {
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            .timeout
        case .cancelled:
            .cancelled
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .invalidURL, .emptyHost,
            .emptyScheme, .alreadyShutdown, .socksHandshakeTimeout, .httpProxyHandshakeTimeout,
            .invalidProxyResponse, .proxyAuthenticationRequired:
            .notSent
        default:
            .connectionLost
        }
    }
}

extension ChannelError {
    fileprivate var isConnectTimeout: Bool {
        if case .connectTimeout = self { return true }
        return false
    }
}

extension TimeAmount {
    /// Clamped to what fits: nanoseconds in 64 bits, some 292 years.
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self = overflow ? .hours(24 * 365) : .nanoseconds(whole + attoseconds / 1_000_000_000)
    }
}
