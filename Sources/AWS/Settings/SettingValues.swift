/// Single settings: the variable beats the profile, an empty one is unset, a malformed one an error.
struct SettingValues {
    let environment: [String: String]
    let profile: Profiles.Profile?

    func text(_ variable: String, _ key: String?) -> String? {
        environment[variable]?.presence ?? key.flatMap { profile?[$0] }
    }

    func flag(_ variable: String, _ key: String?) throws(AWSSettingsError) -> Bool {
        switch text(variable, key)?.lowercased() {
        case nil, "false": return false
        case "true": return true
        default: throw AWSSettingsError(key: variable, reason: "is neither true nor false")
        }
    }

    func region() throws(AWSSettingsError) -> Region? {
        let name = environment["AWS_REGION"]?.presence ?? text("AWS_DEFAULT_REGION", "region")
        guard let name else { return nil }
        guard let region = Region(name) else {
            throw AWSSettingsError(key: "AWS_REGION", reason: "\(name.prefix(80)) is not a region")
        }
        return region
    }

    func maxAttempts() throws(AWSSettingsError) -> Int? {
        guard let text = text("AWS_MAX_ATTEMPTS", "max_attempts") else { return nil }
        guard let attempts = Int(text), (1...100).contains(attempts) else {
            throw AWSSettingsError(
                key: "AWS_MAX_ATTEMPTS",
                reason: "\(text.prefix(80)) is not a number from 1 to 100"
            )
        }
        return attempts
    }

    /// All modes are taken as standard; a word that is none is refused.
    func checkRetryMode() throws(AWSSettingsError) {
        guard let mode = text("AWS_RETRY_MODE", "retry_mode") else { return }
        guard ["legacy", "standard", "adaptive"].contains(mode.lowercased()) else {
            throw AWSSettingsError(key: "AWS_RETRY_MODE", reason: "is none of legacy, standard, adaptive")
        }
    }

    /// Per service: its variable, the variable for all, the profile's `services` section, the profile's own.
    func endpoints(_ services: [String: [String: String]]) throws(AWSSettingsError) -> Endpoints {
        var endpoints = Endpoints()
        if try flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls") {
            return endpoints
        }
        let section = profile?["services"].flatMap { services[$0] } ?? [:]
        for service in AWSService.allCases {
            let candidates: [(key: String, value: String?)] = [
                (
                    "AWS_ENDPOINT_URL_\(service.environmentSuffix)",
                    environment["AWS_ENDPOINT_URL_\(service.environmentSuffix)"]
                ),
                ("AWS_ENDPOINT_URL", environment["AWS_ENDPOINT_URL"]),
                (
                    "services \(service.profileName) endpoint_url",
                    section["\(service.profileName).endpoint_url"]
                ),
                ("endpoint_url", profile?["endpoint_url"]),
            ]
            guard let (key, value) = candidates.first(where: { $0.value?.presence != nil }), let value else {
                continue
            }
            guard let endpoint = Endpoint(url: value) else {
                throw AWSSettingsError(key: key, reason: "\(value.prefix(200)) is not an http or https URL")
            }
            endpoints.overrides[service] = endpoint
        }
        return endpoints
    }
}
