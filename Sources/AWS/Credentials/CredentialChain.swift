import Logging

/// A place that may hold credentials, if anybody configured it.
protocol CredentialSource: Sendable {
    /// For messages: a bounded word.
    var name: String { get }

    /// Nil only if this source isn't configured; whatever goes wrong with one that is, is an error.
    func load() async throws(CredentialError) -> Credentials?
}

/// The first configured source of botocore's order: environment, profile with a role, web identity,
/// credentials file, process, configuration file, container, instance metadata.
///
/// Wrap it in `RefreshingCredentials`, or use `standardCredentials`.
package struct CredentialChain: CredentialProvider {
    private let sources: [any CredentialSource]

    package init(_ surroundings: CredentialSurroundings) {
        sources = [
            EnvironmentCredentials(environment: surroundings.environment),
            AssumedRoleCredentials(surroundings: surroundings),
            WebIdentityCredentials(surroundings: surroundings),
            SingleSignOnRefusal(profile: surroundings.settings.profile),
            ProfileCredentials(surroundings: surroundings, place: .credentialsFile),
            ProcessCredentials(surroundings: surroundings),
            ProfileCredentials(surroundings: surroundings, place: .configurationFile),
            ContainerCredentials(surroundings: surroundings),
            InstanceCredentials(surroundings: surroundings),
        ]
    }

    init(sources: [any CredentialSource]) {
        self.sources = sources
    }

    package func credentials() async throws(CredentialError) -> Credentials {
        for source in sources {
            if let credentials = try await source.load() { return credentials }
        }
        let names = sources.map(\.name).joined(separator: ", ")
        throw CredentialError(.none, "no credentials are configured; looked at: \(names)")
    }
}

/// The chain behind a refresh: what a program should use.
package func standardCredentials(_ surroundings: CredentialSurroundings) -> RefreshingCredentials {
    RefreshingCredentials(CredentialChain(surroundings), time: surroundings.time, logger: surroundings.logger)
}

/// A profile for single sign-on says plainly what it wants; going on to the next source would be a guess.
struct SingleSignOnRefusal: CredentialSource {
    let name = "single sign-on"
    let profile: Profiles.Profile?

    func load() async throws(CredentialError) -> Credentials? {
        guard let profile, profile["sso_session"] != nil || profile["sso_start_url"] != nil else {
            return nil
        }
        // Keys beside it are what other tools wrote there after a sign-on.
        guard profile["aws_access_key_id"] == nil, profile["credential_process"] == nil else { return nil }
        throw CredentialError(
            .unsupported,
            "the profile wants single sign-on: use credential_process instead"
        )
    }
}
