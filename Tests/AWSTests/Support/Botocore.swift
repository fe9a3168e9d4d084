import Foundation
import Subprocess

/// botocore as the reference, if this machine has it.
enum Botocore {
    /// The interpreter named by `BERTH_TEST_PYTHON`, else `python3` if it has botocore, else none.
    static let interpreter: String? = {
        if let named = ProcessInfo.processInfo.environment["BERTH_TEST_PYTHON"], !named.isEmpty {
            return named
        }
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        probe.arguments = ["python3", "-c", "import botocore"]
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return nil }
        probe.waitUntilExit()
        return probe.terminationStatus == 0 ? "python3" : nil
    }()

    struct Failed: Error {
        let status: String
        let output: String
    }

    /// Runs a script with JSON for its input, and reads JSON from its output.
    static func run<Input: Encodable, Output: Decodable>(
        _ script: String,
        _ input: Input,
        as output: Output.Type
    ) async throws -> Output {
        guard let interpreter else { throw Failed(status: "no interpreter", output: "") }
        let json = String(decoding: try JSONEncoder().encode(input), as: UTF8.self)
        let result = try await Subprocess.run(
            .name("env"),
            arguments: [interpreter, "-c", script],
            input: .string(json),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 16)
        )
        let text = result.standardOutput
        guard result.terminationStatus.isSuccess else {
            throw Failed(status: "\(result.terminationStatus)", output: result.standardError)
        }
        return try JSONDecoder().decode(output, from: Data(text.utf8))
    }
}
