import Foundation

/// Swift's sets and dictionaries are in another order in each process unless the environment says otherwise.
package enum Deterministic {
    private static let variable = "SWIFT_DETERMINISTIC_HASHING"

    package static var isCertain: Bool { ProcessInfo.processInfo.environment[variable] != nil }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Becomes the same program with the same arguments, in an environment in which runs repeat themselves.
    ///
    /// - Throws: ``Failure``; else it doesn't return.
    package static func startAgain() throws -> Never {
        setenv(variable, "1", 1)
        let arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) } + [nil]
        execv("/proc/self/exe", arguments)
        throw Failure(description: "the program can't be started again: errno \(errno)")
    }
}
