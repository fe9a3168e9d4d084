import Foundation
import Subprocess

/// The files of one pod.
struct SSHPodFolder: Sendable {
    let folder: URL

    init(root: URL, uid: String) {
        folder = root.appending(path: uid)
    }

    var configuration: URL { folder.appending(path: "sshd_config") }
    var log: URL { folder.appending(path: "log") }
    var hostKey: URL { folder.appending(path: "keys/ssh_host_ed25519_key") }
    var authorizedKeys: URL { folder.appending(path: "keys/authorized_keys") }
    var entry: URL { folder.appending(path: "entry") }

    func home(of pod: HostedPod) -> String { pod.home ?? folder.appending(path: "home").path }

    /// Writes keys and the session's entry, and gives the home to the user who logs in.
    func prepare(_ pod: HostedPod, for user: SSHPodUser) async throws {
        let files = FileManager.default
        let home = home(of: pod)
        try files.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        try files.createDirectory(
            at: folder.appending(path: "keys"),
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755]
        )
        if !files.fileExists(atPath: home) {
            try files.createDirectory(
                atPath: home,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755]
            )
        }
        if user.isStackRoot {
            try files.setAttributes(
                [.ownerAccountID: user.uid, .groupOwnerAccountID: user.gid],
                ofItemAtPath: home
            )
            // sshd refuses to start without its folder for the unprivileged half.
            try files.createDirectory(
                atPath: "/run/sshd",
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755]
            )
        }
        // The user's own half of sshd reads this one.
        try write(pod.secrets["authorized_keys"] ?? Data(), to: authorizedKeys, mode: 0o644)
        try write(Data(SSHPodConfiguration.entryScript.utf8), to: entry, mode: 0o755)
        if let key = pod.secrets["ssh_host_ed25519_key"] {
            // A key file without its last newline isn't read.
            try write(
                key.last == UInt8(ascii: "\n") ? key : key + [UInt8(ascii: "\n")],
                to: hostKey,
                mode: 0o600
            )
        } else {
            try await generateHostKey()
        }
    }

    private func generateHostKey() async throws {
        guard !FileManager.default.fileExists(atPath: hostKey.path) else { return }
        let result = try await Subprocess.run(
            .name("ssh-keygen"),
            arguments: ["-q", "-t", "ed25519", "-N", "", "-C", "pod", "-f", hostKey.path],
            input: .none,
            output: .discarded,
            error: .string(limit: 4_096)
        )
        guard result.terminationStatus.isSuccess else {
            throw SSHPodHost.Failure(description: "ssh-keygen: \(result.standardError)")
        }
    }

    func write(_ text: String, to file: URL) throws {
        try write(Data(text.utf8), to: file, mode: 0o600)
    }

    private func write(_ data: Data, to file: URL, mode: Int) throws {
        try data.write(to: file, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }

    /// The log stays for those who ask after the end; keys do not.
    func removeSecrets() {
        try? FileManager.default.removeItem(at: folder.appending(path: "keys"))
    }
}
