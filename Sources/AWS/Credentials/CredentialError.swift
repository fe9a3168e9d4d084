/// Why there are no credentials.
package struct CredentialError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// No source is configured at all; `message` names what was looked at.
        case none
        /// A source is configured by halves, such as a key id without its secret.
        case partial
        /// A source is configured in a way that can't be obeyed.
        case misconfigured
        /// A source that this library does not know, such as single sign-on or a second factor.
        case unsupported
        /// A source did not answer, or answered with an error.
        case unavailable
        /// A source answered with something else than credentials.
        case malformed
        /// The caller's task was cancelled.
        case cancelled
    }

    package let code: Code
    package let message: String
    /// Whether asking again may help.
    package var retriable: Bool { code == .unavailable || code == .none }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(code): \(message)" }
}
