import Foundation

/// The user that pods log in as, and with whose rights their sessions run.
struct SSHPodUser: Sendable {
    var name: String
    var uid: UInt32
    var gid: UInt32
    /// Only root can give another user's sessions and bind ports below 1024.
    var isStackRoot: Bool

    static let devName = "dev"

    /// `dev` for a stack that runs as root on a machine with that user, not locked, else the stack's own user.
    static var current: SSHPodUser {
        let own = getuid()
        if own == 0, let dev = entry(where: { $0[0] == devName }), !isLocked(devName) {
            return SSHPodUser(name: devName, uid: dev.uid, gid: dev.gid, isStackRoot: true)
        }
        let entry = entry { $0[2] == String(own) }
        return SSHPodUser(
            name: entry?.name ?? NSUserName(),
            uid: own,
            gid: entry?.gid ?? getgid(),
            isStackRoot: own == 0
        )
    }

    /// A password that begins with `!` locks the account, and sshd then refuses even its keys (sshd(8), passwd(1)).
    private static func isLocked(_ name: String) -> Bool {
        guard let text = try? String(contentsOfFile: "/etc/shadow", encoding: .utf8) else { return true }
        return text.split(separator: "\n").contains { $0.hasPrefix("\(name):!") }
    }

    private static func entry(where fits: ([Substring]) -> Bool) -> (name: String, uid: UInt32, gid: UInt32)?
    {
        guard let text = try? String(contentsOfFile: "/etc/passwd", encoding: .utf8) else { return nil }
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 7, fits(fields), let uid = UInt32(fields[2]), let gid = UInt32(fields[3])
            else {
                continue
            }
            return (String(fields[0]), uid, gid)
        }
        return nil
    }
}
