/// Where the tokens of SASL's mechanism OAUTHBEARER come from.
///
/// Asked before the first connection, and again at four fifths of each token's life; a failure is told by the
/// next error, and asking begins again ten seconds later.
package protocol OAuthBearerTokens: Sendable {
    /// A token that is still good; asked by one task at a time for each client.
    func token() async throws -> OAuthBearerToken
}

/// A token with what the broker is told beside it.
package struct OAuthBearerToken: Sendable, Hashable {
    package var value: String
    package var expiresAtMilliseconds: Int64
    /// Whom the token is about, for the library's words only.
    package var principal: String
    /// SASL extensions (RFC 7628, section 3.1): names of letters only, and not `auth`.
    package var extensions: [String: String]

    /// A token; its end is in milliseconds since 1970.
    package init(
        value: String,
        expiresAtMilliseconds: Int64,
        principal: String,
        extensions: [String: String] = [:]
    ) {
        self.value = value
        self.expiresAtMilliseconds = expiresAtMilliseconds
        self.principal = principal
        self.extensions = extensions
    }
}

extension OAuthBearerToken: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String {
        "a token of \(principal) until \(expiresAtMilliseconds)"
    }

    package var debugDescription: String { description }
}
