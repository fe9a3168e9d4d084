import Foundation
import Glibc
import Synchronization

/// A process that a test started.
final class Child: Sendable {
    enum Exit: Equatable, Sendable {
        case code(Int32)
        case signal(Int32)
    }

    let name: String
    private let pid: pid_t
    private let outputFile: String
    private let errorFile: String
    private let exit = Mutex<Exit?>(nil)

    /// Starts a program that dies with this process.
    init(
        _ name: String,
        _ arguments: [String],
        environment: [String: String],
        folder: String
    ) async throws {
        self.name = name
        outputFile = "\(folder)/\(name).out"
        errorFile = "\(folder)/\(name).log"
        pid = try await Spawner.shared.start(
            arguments,
            environment: environment,
            output: outputFile,
            errors: errorFile
        )
    }

    /// How it ended; nil while it runs.
    var ended: Exit? {
        exit.withLock { exit in
            if exit == nil { exit = reap() }
            return exit
        }
    }

    private func reap() -> Exit? {
        var status: Int32 = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        // The macros of <sys/wait.h> aren't imported.
        let signal = status & 0x7F
        return signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
    }

    /// Sends a signal, unless it has ended.
    func send(_ signal: Int32) {
        exit.withLock { exit in
            if exit == nil { exit = reap() }
            // Not reaped: the number is still its own.
            if exit == nil { Glibc.kill(pid, signal) }
        }
    }

    func end(within limit: Duration) async throws -> Exit {
        try await until("the end of \(name)\n\(lastWords)", within: limit, every: .milliseconds(30)) { ended }
    }

    /// Ends it at once, also when it is stopped.
    func kill() async {
        send(SIGKILL)
        // SIGKILL can't be refused; what isn't reaped within this is the kernel's problem.
        _ = try? await end(within: .seconds(5))
    }

    var output: String { Self.text(of: outputFile) }

    /// What it wrote to standard error.
    var log: String { Self.text(of: errorFile) }

    /// The end of its log, for messages of failed tests.
    var lastWords: String {
        let lines = log.split(separator: "\n").suffix(12).map { "  \(name): \($0.prefix(300))" }
        return lines.joined(separator: "\n")
    }

    private static func text(of file: String) -> String {
        String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
    }
}

/// What a command came to.
struct CommandResult: Sendable {
    let exit: Child.Exit
    let output: String
    let errors: String

    func json<Value: Decodable>(_: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(output.utf8))
    }
}
