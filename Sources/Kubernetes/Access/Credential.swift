package import Foundation

/// What one request proves its sender with.
package struct Credential: Sendable, Equatable {
    /// The whole value of the `Authorization` header.
    package var authorization: String?
    package var identity: ClientIdentity?

    package init(authorization: String? = nil, identity: ClientIdentity? = nil) {
        self.authorization = authorization
        self.identity = identity
    }
}

/// A client certificate (with its chain) and its key, both PEM.
package struct ClientIdentity: Sendable, Hashable {
    package let certificatePEM: Data
    package let keyPEM: Data

    package init(certificatePEM: Data, keyPEM: Data) {
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
    }
}
