/// A profile with `role_arn`: the role is assumed with the credentials of another profile or source.
///
/// Source: SDK reference guide, "Assume role credentials"; botocore `AssumeRoleProvider`.
struct AssumedRoleCredentials: CredentialSource {
    let name = "assume-role profile"
    let surroundings: CredentialSurroundings

    func load() async throws(CredentialError) -> Credentials? {
        let name = surroundings.settings.profileName
        guard let profile = surroundings.settings.profile, Self.wantsRole(profile) else { return nil }
        return try await assume(profile, name: name, visited: [name])
    }

    /// A token file makes it a web identity, which comes later in the chain.
    private static func wantsRole(_ profile: Profiles.Profile) -> Bool {
        profile["role_arn"] != nil && profile["web_identity_token_file"] == nil
    }

    private func assume(
        _ profile: Profiles.Profile,
        name: String,
        visited: Set<String>
    ) async throws(CredentialError) -> Credentials {
        guard profile["mfa_serial"] == nil else {
            throw CredentialError(.unsupported, "profile \(name) wants a second factor")
        }
        let role = try RoleRequest(profile, name: name, date: surroundings.time.date())
        let source: Credentials =
            switch (profile["source_profile"], profile["credential_source"]) {
            case (let other?, nil): try await credentials(of: other, wantedBy: name, visited: visited)
            case (nil, let kind?): try await credentials(from: kind, wantedBy: name)
            case (_?, _?): throw Self.misconfigured(name, "has both source_profile and credential_source")
            case (nil, nil):
                throw Self.misconfigured(name, "has role_arn, but no source_profile or credential_source")
            }
        return try await SecurityTokens(surroundings).assumeRole(role, with: source)
    }

    private func credentials(
        of other: String,
        wantedBy name: String,
        visited: Set<String>
    ) async throws(CredentialError) -> Credentials {
        guard let profile = surroundings.settings.profiles.profiles[other] else {
            throw Self.misconfigured(name, "names source_profile \(other), which isn't there")
        }
        // A profile may name itself if it has a key pair; any other circle has no end.
        if other != name, Self.wantsRole(profile) {
            guard !visited.contains(other) else { throw Self.misconfigured(name, "leads back to \(other)") }
            return try await assume(profile, name: other, visited: visited.union([other]))
        }
        if let pair = try ProfileCredentials.pair(in: profile.credentials, of: other) { return pair }
        if let pair = try ProfileCredentials.pair(in: profile.configuration, of: other) { return pair }
        let web = WebIdentityCredentials(surroundings: surroundings)
        if let credentials = try await web.load(profile, name: other) { return credentials }
        let process = ProcessCredentials(surroundings: surroundings)
        if let credentials = try await process.load(profile, name: other) { return credentials }
        throw Self.misconfigured(name, "names source_profile \(other), which has no credentials")
    }

    private func credentials(from kind: String, wantedBy name: String) async throws(CredentialError)
        -> Credentials
    {
        let source: any CredentialSource
        switch kind.lowercased() {
        case "environment": source = EnvironmentCredentials(environment: surroundings.environment)
        case "ec2instancemetadata": source = InstanceCredentials(surroundings: surroundings)
        case "ecscontainer": source = ContainerCredentials(surroundings: surroundings)
        default: throw Self.misconfigured(name, "has an unknown credential_source \(kind.prefix(80))")
        }
        guard let credentials = try await source.load() else {
            throw Self.misconfigured(name, "wants credentials from \(kind), which has none")
        }
        return credentials
    }

    private static func misconfigured(_ profile: String, _ reason: String) -> CredentialError {
        CredentialError(.misconfigured, "profile \(profile) \(reason)")
    }
}
