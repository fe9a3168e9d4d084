/// Why a process doesn't start with the settings that it was given: one sentence that names the key.
package struct SettingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// As it was written: an environment variable, a key of the file or a flag.
    package let key: String
    package let problem: String

    package init(_ key: String, _ problem: String) {
        self.key = key
        self.problem = problem
    }

    package var description: String { "\(key) \(problem)" }
}
