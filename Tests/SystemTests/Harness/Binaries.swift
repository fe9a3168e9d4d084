import Foundation

/// Where the executables under test are: the folder that `BERTH_TEST_BIN` names, else the test bundle's own.
enum Binaries {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private static var folder: String {
        if let named = ProcessInfo.processInfo.environment["BERTH_TEST_BIN"] { return named }
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: bundle).deletingLastPathComponent().path()
    }

    /// The path of an executable.
    ///
    /// - Throws: ``Missing`` if it hasn't been built.
    static func path(_ name: String) throws -> String {
        let path = URL(filePath: folder).appending(path: name).path()
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "\(path) isn't there: build \(name), or set BERTH_TEST_BIN")
        }
        return path
    }
}
