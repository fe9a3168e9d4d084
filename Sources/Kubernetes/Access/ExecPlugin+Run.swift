import Foundation
import Subprocess

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

extension ExecPlugin {
    /// What the command may print at most.
    private static let outputLimit = 1 << 20
    private static let errorLimit = 1 << 20

    /// Runs the command; cancelling kills it and all that it started.
    ///
    /// - Returns: what it printed, understood.
    /// - Throws: `AccessError`, with the end of what it complained about.
    func run() async throws(AccessError) -> ExecCredential {
        var platform = PlatformOptions()
        // A session of its own: its children are killed with it, and hold no pipe open.
        platform.createSession = true
        platform.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500))
        ]
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let executable: Executable = command.contains("/") ? .path(FilePath(command)) : .name(command)
        do {
            let result = try await Subprocess.run(
                executable,
                arguments: Arguments(arguments),
                environment: .custom(variables),
                platformOptions: platform,
                input: .none,
                output: .bytes(limit: Self.outputLimit),
                error: .string(limit: Self.errorLimit)
            )
            guard result.terminationStatus == .exited(0) else {
                throw fault(
                    "failed (\(describe(result.terminationStatus)))\(Self.lastLine(result.standardError))"
                )
            }
            return try ExecCredential.parse(Data(result.standardOutput), from: self)
        } catch let error as AccessError {
            throw error
        } catch is CancellationError {
            throw fault("was cancelled")
        } catch {
            let hint = installHint.map { "; \($0.prefix(200))" } ?? ""
            throw fault("can't be run: \("\(error)".prefix(200))\(hint)")
        }
    }

    func fault(_ problem: String) -> AccessError {
        AccessError(file, key: key, "command \(command) \(problem)")
    }

    private func describe(_ status: TerminationStatus) -> String {
        switch status {
        case .exited(let code): "exit code \(code)"
        case .signaled(let signal): "signal \(signal)"
        }
    }

    private static func lastLine(_ text: String?) -> String {
        guard let line = text?.split(whereSeparator: \.isNewline).last else { return "" }
        return ": \(line.prefix(300))"
    }
}
