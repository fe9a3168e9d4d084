import Foundation

/// The JSON in which processes, containers and instances hand out credentials.
struct CredentialDocument: Decodable {
    let Version: Int?
    let Code: String?
    let Message: String?
    let AccessKeyId: String?
    let SecretAccessKey: String?
    /// Containers and instances.
    let Token: String?
    /// Processes.
    let SessionToken: String?
    let Expiration: String?

    static func parse(_ bytes: [UInt8], from place: String) throws(CredentialError) -> CredentialDocument {
        do {
            return try JSONDecoder().decode(CredentialDocument.self, from: Data(bytes))
        } catch {
            // The text may hold a secret, so it is not repeated.
            throw CredentialError(.malformed, "\(place) did not answer credentials in JSON")
        }
    }

    func credentials(
        from place: String,
        source: Credentials.Source,
        mustExpire: Bool
    ) throws(CredentialError) -> Credentials {
        let pair = try KeyPair(
            id: (name: "AccessKeyId of \(place)", value: AccessKeyId),
            secret: (name: "SecretAccessKey of \(place)", value: SecretAccessKey)
        )
        guard let pair else {
            let reason = [Code, Message].compactMap(\.self).joined(separator: ": ")
            throw CredentialError(.malformed, "\(place) answered no credentials: \(reason.prefix(200))")
        }
        let expiration = Expiration.flatMap(Timestamp.parseISO8601)
        if expiration == nil, mustExpire || Expiration != nil {
            throw CredentialError(.malformed, "\(place) answered credentials without a readable expiration")
        }
        return Credentials(
            accessKeyID: pair.id,
            secretAccessKey: pair.secret,
            sessionToken: (Token ?? SessionToken)?.presence,
            expiration: expiration,
            source: source
        )
    }
}
