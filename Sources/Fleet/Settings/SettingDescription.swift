/// One setting as people read about it: in the README and in `berth config show`.
package struct SettingDescription: Sendable, Equatable {
    /// With dots, as in the file: `lease.length`.
    package let name: String
    package let summary: String
    /// The end of a sentence that starts with "must be".
    package let rule: String
    /// As it would be written; nil if there is none.
    package let standard: String?
    package let isSecret: Bool

    /// The environment variable: `BERTH_LEASE_LENGTH`.
    package var environmentName: String { SettingName.environmentName(of: name) }
}

/// A setting with what it is now.
package struct SettingState: Sendable, Equatable {
    package enum Source: String, Sendable {
        case flag, environment, file
        case standard = "default"
    }

    package let description: SettingDescription
    /// Nil if it is unset; `***` if it is secret.
    package let value: String?
    package let source: Source
}

/// How a setting's name is written in the three places.
enum SettingName {
    static let prefix = "BERTH_"

    static func environmentName(of name: String) -> String {
        prefix + name.uppercased().replacing(".", with: "_")
    }
}
