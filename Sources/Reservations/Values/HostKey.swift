import Crypto
import Foundation

/// A pod's own SSH host key: ed25519, in OpenSSH's file formats.
///
/// Source: openssh-portable, PROTOCOL.key; RFC 8709.
package struct HostKey: Sendable {
    /// The private key's file.
    package let privateFile: String
    /// Type and base64, as in `known_hosts`.
    package let publicLine: String

    /// Makes a key from 32 random bytes and 4 more for the file's check number.
    package init?(seed: [UInt8], check: [UInt8]) {
        guard seed.count == 32, check.count == 4,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        else { return nil }
        let publicBytes = Array(key.publicKey.rawRepresentation)
        let type = Array("ssh-ed25519".utf8)
        let publicBlob = Self.string(type) + Self.string(publicBytes)

        var secret = check + check + publicBlob + Self.string(seed + publicBytes) + Self.string([])
        var pad: UInt8 = 1
        while secret.count % 8 != 0 {
            secret.append(pad)
            pad += 1
        }
        let none = Self.string(Array("none".utf8))
        let file =
            Array("openssh-key-v1".utf8) + [0] + none + none + Self.string([]) + [0, 0, 0, 1]
            + Self.string(publicBlob) + Self.string(secret)
        privateFile = Self.armored(Data(file).base64EncodedString())
        publicLine = "ssh-ed25519 \(Data(publicBlob).base64EncodedString())"
    }

    private static func string(_ bytes: [UInt8]) -> [UInt8] {
        let count = UInt32(bytes.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + bytes
    }

    private static func armored(_ base64: String) -> String {
        var lines = ["-----BEGIN OPENSSH PRIVATE KEY-----"]
        var rest = Substring(base64)
        while !rest.isEmpty {
            lines.append(String(rest.prefix(70)))
            rest = rest.dropFirst(70)
        }
        lines.append("-----END OPENSSH PRIVATE KEY-----")
        return lines.joined(separator: "\n") + "\n"
    }
}
