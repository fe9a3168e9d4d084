import Foundation
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

/// One run: done when the program has ended and its output too.
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
        process.standardOutput = pipe
        pipe.fileHandleForReading.readabilityHandler = { handle in
            let bytes = handle.availableData
            if bytes.isEmpty { handle.readabilityHandler = nil }
            self.received(bytes)
        }
        process.terminationHandler = { process in
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

    private func received(_ bytes: Data) {
        let isTooLong = state.withLock { state in
            if bytes.isEmpty { state.outputEnded = true }
            guard state.output.count + bytes.count <= SystemProcessRunner.outputLimit else { return true }
            state.output += bytes
            return false
        }
        if isTooLong {
            finish(.failure(CredentialError(.malformed, "\(program) printed more than credentials")))
            if process.isRunning { process.terminate() }
        } else {
            finishIfComplete()
        }
    }

    private func finishIfComplete() {
        let (status, output) = state.withLock { ($0.outputEnded ? $0.status : nil, $0.output) }
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
