/// A role for whoever holds a token in a file, as Kubernetes service accounts do; the file is read each time.
///
/// Source: SDK reference guide, "Assume role credentials": `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN`.
struct WebIdentityCredentials: CredentialSource {
    let name = "web identity"
    let surroundings: CredentialSurroundings

    func load() async throws(CredentialError) -> Credentials? {
        let environment = surroundings.environment
        let profile = surroundings.settings.profile
        return try await load(
            file: environment["AWS_WEB_IDENTITY_TOKEN_FILE"]?.presence ?? profile?["web_identity_token_file"],
            role: environment["AWS_ROLE_ARN"]?.presence ?? profile?["role_arn"],
            session: environment["AWS_ROLE_SESSION_NAME"]?.presence ?? profile?["role_session_name"]
        )
    }

    /// The same by a profile alone, for one that another names.
    func load(_ profile: Profiles.Profile, name: String) async throws(CredentialError) -> Credentials? {
        try await load(
            file: profile["web_identity_token_file"],
            role: profile["role_arn"],
            session: profile["role_session_name"]
        )
    }

    private func load(file: String?, role: String?, session: String?) async throws(CredentialError)
        -> Credentials?
    {
        guard let file else { return nil }
        guard let role else {
            throw CredentialError(
                .partial,
                "a web identity token file is set, AWS_ROLE_ARN or role_arn is not"
            )
        }
        let token = try surroundings.files.token(file)
        let request = RoleRequest(
            arn: role,
            sessionName: session ?? RoleRequest.sessionName(at: surroundings.time.date())
        )
        return try await SecurityTokens(surroundings).assumeRole(request, identity: token)
    }
}

extension FileAccess {
    /// A token of one line in a file that must be there.
    func token(_ path: String) throws(CredentialError) -> String {
        let content: String?
        do {
            content = try text(path)
        } catch {
            throw CredentialError(.unavailable, "\(path) can't be read: \(error)")
        }
        guard let content else { throw CredentialError(.unavailable, "\(path) isn't there") }
        let token = content.trimmingBlanks
        guard !token.isEmpty, !token.contains(where: \.isNewline) else {
            throw CredentialError(.malformed, "\(path) does not hold one token")
        }
        return token
    }
}
