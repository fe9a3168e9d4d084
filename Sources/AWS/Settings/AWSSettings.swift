/// What the environment and the shared files say, read once.
///
/// Source: SDK reference guide, "Settings reference"; botocore `configprovider.py`, `endpoint_provider`.
package struct AWSSettings: Sendable {
    package let environment: [String: String]
    package let profileName: String
    package let profiles: Profiles
    /// `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's; nil if none says.
    package let region: Region?
    package let endpoints: Endpoints
    /// `AWS_MAX_ATTEMPTS` or the profile's `max_attempts`.
    package let maxAttempts: Int?
    /// `AWS_CA_BUNDLE` or the profile's `ca_bundle`: a file.
    package let caBundle: String?
    /// `AWS_EC2_METADATA_DISABLED`.
    package let metadataDisabled: Bool

    /// Reads settings.
    ///
    /// - Parameters:
    ///   - environment: the process's variables, or others.
    ///   - files: how the shared files are read.
    /// - Throws: `AWSSettingsError` that names what is malformed, or the profile that isn't there.
    package init(environment: [String: String], files: FileAccess = .system) throws(AWSSettingsError) {
        self.environment = environment
        let paths = SharedFilePaths(environment)
        profiles = Profiles(
            configuration: try Self.load(paths.configuration, files),
            credentials: try Self.load(paths.credentials, files)
        )
        let named = environment["AWS_PROFILE"]?.presence ?? environment["AWS_DEFAULT_PROFILE"]?.presence
        profileName = named ?? "default"
        if let named, profiles.profiles[named] == nil {
            throw AWSSettingsError(key: "AWS_PROFILE", reason: "no profile is named \(named)")
        }
        let values = SettingValues(environment: environment, profile: profiles.profiles[profileName])
        region = try values.region()
        maxAttempts = try values.maxAttempts()
        caBundle = values.text("AWS_CA_BUNDLE", "ca_bundle")
        metadataDisabled = try values.flag("AWS_EC2_METADATA_DISABLED", nil)
        endpoints = try values.endpoints(profiles.services)
        try values.checkRetryMode()
    }

    var profile: Profiles.Profile? { profiles.profiles[profileName] }

    /// The policy for `AWSClient`: the default one with the attempts that were set.
    package var retries: RetryPolicy {
        maxAttempts.map { RetryPolicy(maxAttempts: $0) } ?? RetryPolicy()
    }

    private static func load(_ path: String?, _ files: FileAccess) throws(AWSSettingsError) -> INIFile? {
        guard let path else { return nil }
        do {
            guard let text = try files.text(path) else { return nil }
            return try INIFile(text)
        } catch let error as INIFile.Malformed {
            throw AWSSettingsError(key: path, reason: "line \(error.line): \(error.reason)")
        } catch {
            throw AWSSettingsError(key: path, reason: "can't be read: \(error)")
        }
    }
}

/// Where the shared files are.
struct SharedFilePaths {
    let configuration: String?
    let credentials: String?

    init(_ environment: [String: String]) {
        let home = environment["HOME"]?.presence
        func path(_ variable: String, _ name: String) -> String? {
            guard let named = environment[variable]?.presence else {
                return home.map { "\($0)/.aws/\(name)" }
            }
            guard named == "~" || named.hasPrefix("~/"), let home else { return named }
            return home + named.dropFirst()
        }
        configuration = path("AWS_CONFIG_FILE", "config")
        credentials = path("AWS_SHARED_CREDENTIALS_FILE", "credentials")
    }
}
