/// A key pair in a profile of one of the shared files.
struct ProfileCredentials: CredentialSource {
    enum Place: Sendable {
        case credentialsFile
        case configurationFile
    }

    let surroundings: CredentialSurroundings
    let place: Place

    var name: String { place == .credentialsFile ? "credentials file" : "configuration file" }

    func load() async throws(CredentialError) -> Credentials? {
        guard let profile = surroundings.settings.profile else { return nil }
        let keys = place == .credentialsFile ? profile.credentials : profile.configuration
        return try Self.pair(in: keys, of: surroundings.settings.profileName)
    }

    static func pair(in keys: [String: String], of profile: String) throws(CredentialError) -> Credentials? {
        let pair = try KeyPair(
            id: (name: "aws_access_key_id of profile \(profile)", value: keys["aws_access_key_id"]),
            secret: (
                name: "aws_secret_access_key of profile \(profile)", value: keys["aws_secret_access_key"]
            )
        )
        guard let pair else { return nil }
        return Credentials(
            accessKeyID: pair.id,
            secretAccessKey: pair.secret,
            sessionToken: keys["aws_session_token"]?.presence,
            source: .sharedFile
        )
    }
}
