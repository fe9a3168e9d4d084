import Foundation
import Testing

/// The producers of README, as they stand there.
@Suite struct ProducerTests {
    private func block(after heading: String, _ language: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        guard let start = readme.range(of: heading)?.upperBound,
            let open = readme.range(of: "```\(language)\n", range: start..<readme.endIndex)?.upperBound,
            let close = readme.range(of: "\n```", range: open..<readme.endIndex)?.lowerBound
        else { throw TestFleet.Failure(description: "README has no \(language) after '\(heading)'") }
        return String(readme[open..<close])
    }

    /// With the client that the README names: ops/setup --tests puts it into the venv of the witnesses.
    private static let python = ProcessInfo.processInfo.environment["BERTH_TEST_PYTHON"] ?? "python3"

    @Test(arguments: [("sh", "/bin/sh"), ("python", Self.python)])
    func `a producer of the README gets a server`(language: String, program: String) async throws {
        let code = try block(after: "## Publishing", language)
        try await TestFleet.with(["BERTH_EFS_SUBNETS": ""]) { fleet in
            try await fleet.worker("worker")
            let file = "\(fleet.folder)/producer"
            try Data(code.utf8).write(to: URL(filePath: file))
            let producer = try await Child(
                "producer",
                ["/usr/bin/env", program, file],
                environment: fleet.environment,
                folder: fleet.folder
            )
            #expect(try await producer.end(within: .seconds(30)) == .code(0), "\(producer.lastWords)")
            _ = try await until("its server runs\n\(producer.lastWords)") {
                let listed = try await fleet.run("berth", ["list", "--user", "ada"])
                return listed.output.contains("active") ? true : nil
            }
        }
    }
}
