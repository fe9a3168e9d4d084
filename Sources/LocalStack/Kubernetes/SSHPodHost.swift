package import Foundation
import Subprocess

/// Runs each pod as a real `sshd` on loopback addresses.
///
/// A client logs in as `loginUser`: `dev` if the stack runs as root and that user exists
/// (`useradd --create-home --password '*' dev`; a locked account, `!`, is refused by sshd), else the stack's own user.
/// Keys come from the pod's secret: `authorized_keys`, and `ssh_host_ed25519_key` for the host; without the
/// latter a host key is made. No sshd and none of its sessions outlives the stack, even if that is killed.
package struct SSHPodHost: PodHosting {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package static let program = "/usr/sbin/sshd"

    package var loginUser: String { user.name }
    /// Found once, so that a user made meanwhile doesn't divide the stack.
    private let user = SSHPodUser.current
    /// Where pods' folders are; others must be able to enter it if pods log in as `dev`.
    private let folder: URL

    package init(folder: URL) {
        self.folder = folder
    }

    package static var isAvailable: Bool { FileManager.default.isExecutableFile(atPath: program) }

    package func run(
        _ pod: HostedPod,
        endpoints: AsyncStream<[PodEndpoint]>,
        started: @Sendable () async -> Void
    ) async throws -> PodExit {
        let place = SSHPodFolder(root: folder, uid: pod.uid)
        defer { place.removeSecrets() }
        try await place.prepare(pod, for: user)
        var first: [PodEndpoint] = []
        for await list in endpoints {
            first = list
            break
        }
        guard let own = first.first else { throw CancellationError() }
        try place.write(
            SSHPodConfiguration(pod: pod, folder: place, endpoints: first).text,
            to: place.configuration
        )
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        options.createSession = true
        let result = try await Subprocess.run(
            .name("bash"),
            arguments: [
                "-c", SSHPodGuardian.script, "berth-pod", pod.uid, Self.program, place.configuration.path,
                own.address, String(own.port), place.log.path,
            ],
            environment: .custom(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]),
            platformOptions: options,
            input: .inputWriter,
            output: .sequence,
            error: .discarded
        ) { execution in
            try await supervise(execution, pod, place, endpoints, started)
        }
        if let exit = result.closureResult { return exit }
        throw CancellationError()
    }

    private typealias Guardian = Execution<CustomWriteInput, SequenceOutput, DiscardedOutput>

    /// Follows what the guardian says and passes changed endpoints on; nil: cancelled.
    private func supervise(
        _ guardian: Guardian,
        _ pod: HostedPod,
        _ place: SSHPodFolder,
        _ endpoints: AsyncStream<[PodEndpoint]>,
        _ started: @Sendable () async -> Void
    ) async throws -> PodExit? {
        try await withThrowingTaskGroup(of: PodExit?.self) { group in
            group.addTask {
                for await list in endpoints {
                    let text = SSHPodConfiguration(pod: pod, folder: place, endpoints: list).text
                    try place.write(text, to: place.configuration)
                    _ = try await guardian.standardInputWriter.write("reload\n")
                }
                // The end of the input is what the guardian ends by.
                try await guardian.standardInputWriter.finish()
                return nil
            }
            var exit: PodExit?
            for try await line in guardian.standardOutput.strings() {
                let words = line.split(separator: " ")
                if words.first == "listening" { await started() }
                if words.first == "exited" {
                    exit = PodExit(code: words.last.flatMap { Int($0) } ?? 1, reason: "Error")
                }
            }
            group.cancelAll()
            return exit
        }
    }

    package func log(of uid: String, bytes: Int) async -> Data {
        let place = SSHPodFolder(root: folder, uid: uid)
        guard let handle = try? FileHandle(forReadingFrom: place.log) else { return Data() }
        defer { try? handle.close() }
        let size = (try? handle.seekToEnd()) ?? 0
        try? handle.seek(toOffset: size > UInt64(bytes) ? size - UInt64(bytes) : 0)
        return (try? handle.read(upToCount: bytes)) ?? Data()
    }
}
