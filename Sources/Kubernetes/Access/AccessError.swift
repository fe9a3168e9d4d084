/// Why a cluster can't be reached with what was configured: one sentence that names the file and the key.
package struct AccessError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file at fault, or the variable.
    package let source: String
    /// The key in it, as `users[name=dev].user.token`.
    package let key: String?
    package let problem: String

    package init(_ source: String, key: String? = nil, _ problem: String) {
        self.source = source
        self.key = key
        self.problem = problem
    }

    package var description: String {
        guard let key else { return "\(source): \(problem)" }
        return "\(source): \(key) \(problem)"
    }
}
