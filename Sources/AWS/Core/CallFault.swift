/// Why a call has no answer that the service meant for it.
package enum CallFault: Sendable, Hashable {
    /// Nothing was sent: no address, no connection, no TLS.
    case notSent
    /// No answer in time.
    case timeout
    /// The connection broke before the answer was whole.
    case connectionLost
    /// The answer was longer than allowed.
    case answerTooLarge
    /// The answer could not be read, or its checksum was wrong.
    case malformedAnswer
    /// There were no credentials to sign with.
    case credentials(CredentialError)
    /// The request could not be made from what was given.
    case invalidRequest
    /// The caller's task was cancelled.
    case cancelled
}
