/// The profiles of the shared configuration and credentials files.
package struct Profiles: Sendable, Hashable {
    /// One profile: what each of the two files says of it.
    struct Profile: Sendable, Hashable {
        var configuration: [String: String] = [:]
        var credentials: [String: String] = [:]

        /// The credentials file first, for what may stand in both.
        subscript(key: String) -> String? {
            (credentials[key] ?? configuration[key])?.presence
        }
    }

    private(set) var profiles: [String: Profile] = [:]
    /// `[services NAME]`: service to key to value, as `service.key`.
    private(set) var services: [String: [String: String]] = [:]

    init() {}

    init(configuration: INIFile?, credentials: INIFile?) {
        for (section, keys) in configuration?.sections ?? [:] {
            let words = section.split(separator: " ", maxSplits: 1)
            if section == "default" {
                // `[profile default]` beats `[default]`.
                profiles["default", default: Profile()].configuration.merge(keys) { known, _ in known }
            } else if words.count == 2, words[0] == "profile" {
                profiles[String(words[1]), default: Profile()].configuration.merge(keys) { $1 }
            } else if words.count == 2, words[0] == "services" {
                services[String(words[1])] = keys
            }
        }
        for (section, keys) in credentials?.sections ?? [:] {
            profiles[section, default: Profile()].credentials = keys
        }
    }
}
