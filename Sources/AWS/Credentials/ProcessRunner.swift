import Foundation
import Glibc
import Synchronization

/// Runs a program for its output.
package protocol ProcessRunner: Sendable {
    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - words: the program, by path or found in `PATH`, and its arguments.
    ///   - environment: its variables.
    ///   - timeout: after which it is ended.
    ///   - time: what the timeout is measured by.
    /// - Returns: what it printed.
    /// - Throws: `CredentialError` if it can't be run, fails, prints too much or takes too long.
    func run(
        _ words: [String],
        environment: [String: String],
        timeout: Duration,
        time: AWSTime
    ) async throws(CredentialError) -> [UInt8]
}

/// Runs programs on this machine.
package struct SystemProcessRunner: ProcessRunner {
    /// No answer is longer, in bytes.
    static let outputLimit = 64 << 10

    package init() {}

    package func run(
        _ words: [String],
        environment: [String: String],
        timeout: Duration,
        time: AWSTime
    ) async throws(CredentialError) -> [UInt8] {
        guard let program = words.first else { throw CredentialError(.misconfigured, "an empty command") }
        let run = ProcessRun(words, environment: environment)
        do {
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask { try await run.output() }
                group.addTask {
                    try await time.sleep(timeout)
                    run.end()
                    throw CredentialError(.unavailable, "\(program) took longer than \(timeout)")
                }
                defer { group.cancelAll() }
                return try await group.next() ?? []
            }
        } catch let error as CredentialError {
            throw error
        } catch {
            throw CredentialError(.cancelled, "\(program) was interrupted")
        }
    }
}

/// One run: done when the program has ended.
private final class ProcessRun: Sendable {
    private struct State {
        var output: [UInt8] = []
        var outputEnded = false
        var status: Int32?
        var isCancelled = false
        var waiter: CheckedContinuation<[UInt8], any Error>?
    }

    private let state = Mutex(State())
    private let process = Process()
    private let program: String

    init(_ words: [String], environment: [String: String]) {
        program = words.first ?? ""
        // `env` finds the program in PATH.
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["--"] + words
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
    }

    func output() async throws -> [UInt8] {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                state.withLock { $0.waiter = waiter }
                start()
            }
        } onCancel: {
            state.withLock { $0.isCancelled = true }
            end()
        }
    }

    func end() {
        if process.isRunning { process.terminate() }
        finish(.failure(CancellationError()))
    }

    private func start() {
        let pipe = Pipe()
        let output = pipe.fileHandleForReading.fileDescriptor
        _ = fcntl(output, F_SETFL, fcntl(output, F_GETFL) | O_NONBLOCK)
        process.standardOutput = pipe
        pipe.fileHandleForReading.readabilityHandler = { handle in
            if self.drain(handle.fileDescriptor) { handle.readabilityHandler = nil }
        }
        process.terminationHandler = { process in
            // Another child may have inherited the pipe's other end, and no end of file would ever come; but all
            // that the program printed is in the pipe by now.
            pipe.fileHandleForReading.readabilityHandler = nil
            _ = self.drain(pipe.fileHandleForReading.fileDescriptor)
            self.state.withLock { $0.status = process.terminationStatus }
            self.finishIfComplete()
        }
        do {
            guard !state.withLock({ $0.isCancelled }) else { throw CancellationError() }
            try process.run()
            // Cancelled in between: `end` found nothing to end.
            if state.withLock({ $0.isCancelled }) { process.terminate() }
        } catch {
            pipe.fileHandleForReading.readabilityHandler = nil
            finish(.failure(CredentialError(.unavailable, "\(program) can't be run: \(error)")))
        }
    }

    /// Takes what is in the pipe now; true if no more is wanted.
    ///
    /// Reads under the lock, so that order is kept.
    private func drain(_ descriptor: Int32) -> Bool {
        let isTooLong = state.withLock { state in
            var buffer = [UInt8](repeating: 0, count: 16 << 10)
            while state.output.count <= SystemProcessRunner.outputLimit {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                if count == 0 { state.outputEnded = true }
                guard count > 0 else { return false }
                state.output += buffer.prefix(count)
            }
            return true
        }
        if isTooLong {
            finish(.failure(CredentialError(.malformed, "\(program) printed more than credentials")))
            if process.isRunning { process.terminate() }
        }
        return isTooLong || state.withLock { $0.outputEnded }
    }

    private func finishIfComplete() {
        let (status, output) = state.withLock { ($0.status, $0.output) }
        guard let status else { return }
        let failure = CredentialError(.unavailable, "\(program) ended with status \(status)")
        finish(status == 0 ? .success(output) : .failure(failure))
    }

    private func finish(_ result: Result<[UInt8], any Error>) {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(with: result)
    }
}
