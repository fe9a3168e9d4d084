import Foundation
import Glibc
import Synchronization

/// Starts children from one thread that lives as long as this process.
///
/// `setpriv --pdeathsig` ends a child when the *thread* that forked it ends, and threads of a pool come and go.
final class Spawner: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    static let shared = Spawner()

    private let jobs = Mutex<[@Sendable () -> Void]>([])
    private let bell = DispatchSemaphore(value: 0)

    private init() {
        Thread { [self] in
            while true {
                bell.wait()
                jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }?()
            }
        }.start()
    }

    /// Starts a program that dies with this process; its output goes to two files.
    func start(
        _ arguments: [String],
        environment: [String: String],
        output: String,
        errors: String
    ) async throws -> pid_t {
        let line = ["/usr/bin/env", "setpriv", "--pdeathsig", "KILL", "--"] + arguments
        return try await withCheckedThrowingContinuation { continuation in
            jobs.withLock { jobs in
                jobs.append {
                    continuation.resume(
                        with: Result { try Self.spawn(line, environment, output, errors) }
                    )
                }
            }
            bell.signal()
        }
    }

    private static func spawn(
        _ line: [String],
        _ environment: [String: String],
        _ output: String,
        _ errors: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
        // What the test process blocks or ignores isn't the child's business.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var words = line.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, line[0], &actions, &attributes, &words, &variables)
        guard code == 0 else {
            throw Failure(description: "\(line.joined(separator: " ")): \(String(cString: strerror(code)))")
        }
        return pid
    }
}
