import Foundation

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`: half a pair is an error.
struct EnvironmentCredentials: CredentialSource {
    let name = "environment"
    let environment: [String: String]

    func load() async throws(CredentialError) -> Credentials? {
        let pair = try KeyPair(
            id: (name: "AWS_ACCESS_KEY_ID", value: environment["AWS_ACCESS_KEY_ID"]),
            secret: (name: "AWS_SECRET_ACCESS_KEY", value: environment["AWS_SECRET_ACCESS_KEY"])
        )
        guard let pair else { return nil }
        let token = environment["AWS_SESSION_TOKEN"]?.presence ?? environment["AWS_SECURITY_TOKEN"]?.presence
        return Credentials(
            accessKeyID: pair.id,
            secretAccessKey: pair.secret,
            sessionToken: token,
            expiration: try expiration(),
            source: .environment
        )
    }

    private func expiration() throws(CredentialError) -> Date? {
        guard let text = environment["AWS_CREDENTIAL_EXPIRATION"]?.presence else { return nil }
        guard let date = Timestamp.parseISO8601(text) else {
            throw CredentialError(.malformed, "AWS_CREDENTIAL_EXPIRATION is not a date")
        }
        return date
    }
}

/// A key id and its secret: both, or neither.
struct KeyPair {
    let id: String
    let secret: String

    init?(
        id: (name: String, value: String?),
        secret: (name: String, value: String?)
    ) throws(CredentialError) {
        switch (id.value?.trimmingBlanks.presence, secret.value?.trimmingBlanks.presence) {
        case (nil, nil):
            return nil
        case (let one?, let other?):
            self.id = one
            self.secret = other
        case (_?, nil):
            throw CredentialError(.partial, "\(id.name) is set, \(secret.name) is not")
        case (nil, _?):
            throw CredentialError(.partial, "\(secret.name) is set, \(id.name) is not")
        }
    }
}
