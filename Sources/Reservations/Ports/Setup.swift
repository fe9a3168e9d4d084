/// A user's shared file system, mounted at `/shared-personal`.
package struct SharedFileSystem: Codable, Sendable, Equatable {
    package let id: String
    /// The NFS server's name.
    package let server: String

    package init(id: String, server: String) {
        self.id = id
        self.server = server
    }
}

package struct SetupError: Error, Sendable, CustomStringConvertible {
    package let reason: String
    /// Whether a later attempt may succeed.
    package let isPassing: Bool

    package init(_ reason: String, isPassing: Bool) {
        self.reason = reason
        self.isPassing = isPassing
    }

    package var description: String { reason }
}

package protocol SharedStorage: Sendable {
    /// The user's file system, made if there is none; the same one however often it is asked for.
    func fileSystem(for user: UserID) async throws(SetupError) -> SharedFileSystem?
}

/// A line of `authorized_keys`: type and base64, without options or comment.
package struct PublicKey: Sendable, Hashable {
    package let line: String

    /// Key types that OpenSSH accepts; see sshd(8), "AUTHORIZED_KEYS FILE FORMAT".
    package static let types: Set<String> = [
        "ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ]

    /// Takes a line from outside, or nil if it isn't a key of a known type.
    package init?(line: some StringProtocol) {
        let fields = line.split(whereSeparator: \.isWhitespace)
        guard fields.count >= 2, Self.types.contains(String(fields[0])) else { return nil }
        let base64 = fields[1]
        guard (40...12_000).contains(base64.utf8.count), base64.utf8.allSatisfy(Self.isBase64) else {
            return nil
        }
        self.line = "\(fields[0]) \(base64)"
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == 0x2B || byte == 0x2F || byte == 0x3D
    }
}

package enum KeyError: Error, Sendable, Equatable, CustomStringConvertible {
    case noSuchUser(GitHubLogin)
    case noKeys(GitHubLogin)
    /// GitHub didn't answer, or refused for now.
    case noAnswer(String)

    package var description: String {
        switch self {
        case .noSuchUser(let login): "GitHub has no user \(login)"
        case .noKeys(let login):
            "GitHub user \(login) has no SSH keys; add one at https://github.com/settings/keys"
        case .noAnswer(let reason): "GitHub didn't answer: \(reason)"
        }
    }
}

package protocol KeySource: Sendable {
    func keys(of login: GitHubLogin) async throws(KeyError) -> [PublicKey]
}

package enum SSHGreeting: Sendable, Equatable {
    /// A server's identification string, RFC 4253 section 4.2.
    case ready(banner: String)
    /// Nobody listens yet, or the connection broke or ran out of time.
    case notYet(String)
    /// Something that isn't an SSH server answers.
    case wrong(String)
}

package protocol SSHProbing: Sendable {
    func greet(host: String, port: Int) async -> SSHGreeting
}
