import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import NIOSSL

extension KubernetesTransportError {
    /// A request that brought no head of an answer.
    ///
    /// Only failures that come before the first byte of a request count
    /// as not sent; everything unknown may have been.
    init(failed error: any Error) {
        switch error {
        case let error as KubernetesTransportError:
            self = error
        case is CancellationError:
            self.init(.cancelled, message: "cancelled", mayHaveBeenSent: true)
        case let error as HTTPClientError:
            self.init(error)
        case let error as NIOConnectionError:
            self.init(
                .unreachable,
                message: "no connection to \(error.host):\(error.port)",
                mayHaveBeenSent: false
            )
        case let error as IOError where Self.refusals.contains(error.errnoCode):
            self.init(.unreachable, message: "no connection: \(error)", mayHaveBeenSent: false)
        case is SocketAddressError:
            self.init(.unreachable, message: "the server's name has no address", mayHaveBeenSent: false)
        case NIOSSLError.handshakeFailed:
            self.init(.unreachable, message: "TLS handshake failed: \(error)", mayHaveBeenSent: false)
        case let error as NIOSSLExtraError:
            self.init(.unreachable, message: "the server's certificate: \(error)", mayHaveBeenSent: false)
        default:
            self.init(.unreachable, message: "\(error)", mayHaveBeenSent: true)
        }
    }

    /// What only `connect` fails with; an unreachable host may also be the end of an open connection.
    private static let refusals = [
        POSIXErrorCode.ECONNREFUSED.rawValue, POSIXErrorCode.EADDRNOTAVAIL.rawValue,
    ]

    /// An answer whose head had come.
    init(brokenBody error: any Error) {
        let known = KubernetesTransportError(failed: error)
        self.init(known.kind, message: "the answer broke off: \(known.message)", mayHaveBeenSent: true)
    }

    private init(_ error: HTTPClientError) {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout, .httpProxyHandshakeTimeout,
            .getConnectionFromPoolTimeout:
            self.init(.timeout, message: "no connection in time", mayHaveBeenSent: false)
        case .alreadyShutdown, .invalidProxyResponse, .proxyAuthenticationRequired:
            self.init(.unreachable, message: error.shortDescription, mayHaveBeenSent: false)
        case .deadlineExceeded, .readTimeout, .writeTimeout:
            self.init(.timeout, message: "no answer in time", mayHaveBeenSent: true)
        case .cancelled:
            self.init(.cancelled, message: "cancelled", mayHaveBeenSent: true)
        default:
            self.init(.unreachable, message: error.shortDescription, mayHaveBeenSent: true)
        }
    }
}
