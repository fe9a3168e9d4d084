/// A setting that can't be obeyed.
///
/// Nothing starts on a guess.
package struct AWSSettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The variable, or the file and key.
    package let key: String
    package let reason: String

    package init(key: String, reason: String) {
        self.key = key
        self.reason = reason
    }

    package var description: String { "\(key): \(reason)" }
}
