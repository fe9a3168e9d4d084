/// How a request reaches the API server: the border between the client's decisions and the network.
package protocol KubernetesTransport: Sendable {
    /// Sends a request and collects its whole answer.
    ///
    /// - Parameters:
    ///   - request: what is sent; its credential is applied to the connection and the headers.
    ///   - timeout: how long the answer may take, head and body.
    /// - Returns: the answer, whatever its status.
    /// - Throws: when there is no whole answer.
    func send(
        _ request: KubernetesRequest,
        timeout: Duration
    ) async throws(KubernetesTransportError) -> KubernetesResponse

    /// Sends a request and returns once the head of its answer is there.
    ///
    /// - Parameters:
    ///   - request: what is sent.
    ///   - timeout: how long the head may take; the body has no limit, its reader watches over it.
    /// - Returns: head and body; the body ends its connection when its reader is cancelled or lets go of it.
    /// - Throws: when there is no head of an answer.
    func open(
        _ request: KubernetesRequest,
        timeout: Duration
    ) async throws(KubernetesTransportError) -> KubernetesStream
}

/// Why there was no answer.
package struct KubernetesTransportError: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case unreachable
        case timeout
        case answerTooLarge
        /// What was configured can't be used: a certificate that isn't one.
        case unusable
        case cancelled
    }
    package let kind: Kind
    package let message: String
    /// False only when it is certain that no part of the request reached the server.
    package let mayHaveBeenSent: Bool

    package init(_ kind: Kind, message: String, mayHaveBeenSent: Bool) {
        self.kind = kind
        self.message = message
        self.mayHaveBeenSent = mayHaveBeenSent
    }
}
