/// Sends one HTTP request and reads its answer: no retries, no redirects, no opinion on the status.
package protocol AWSTransport: Sendable {
    /// Sends a request and reads the whole answer.
    ///
    /// - Parameters:
    ///   - request: what to send, already signed where it must be.
    ///   - timeout: the longest that connecting, sending and reading may take together.
    ///   - bodyLimit: the longest answer in bytes; a longer one is an error.
    /// - Returns: the answer, whatever its status.
    /// - Throws: `TransportError` if no whole answer came.
    func send(
        _ request: AWSRequest,
        timeout: Duration,
        bodyLimit: Int
    ) async throws(TransportError) -> AWSResponse
}

/// No whole answer came.
package struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// Nothing left this machine: no address, no connection, no TLS, no URL.
        case notSent
        /// The time was up; the request may have arrived.
        case timeout
        /// The connection broke; the request may have arrived.
        case connectionLost
        /// An answer came and was longer than allowed.
        case answerTooLarge
        /// The caller's task was cancelled; the request may have arrived.
        case cancelled
    }

    package let kind: Kind
    package let reason: String

    package init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    package var description: String { "\(kind): \(reason)" }
}
