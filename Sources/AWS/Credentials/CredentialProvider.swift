/// Where credentials come from.
package protocol CredentialProvider: Sendable {
    /// Credentials that are good now.
    ///
    /// - Returns: credentials to sign with.
    /// - Throws: `CredentialError`; an error is never "none".
    func credentials() async throws(CredentialError) -> Credentials

    /// A service called these credentials expired: whoever keeps them must fetch others.
    func reject(_ credentials: Credentials) async
}

extension CredentialProvider {
    package func reject(_ credentials: Credentials) async {}
}

/// Credentials that are known and never change.
package struct FixedCredentials: CredentialProvider {
    private let fixed: Credentials

    package init(_ credentials: Credentials) {
        fixed = credentials
    }

    package func credentials() async throws(CredentialError) -> Credentials { fixed }
}
