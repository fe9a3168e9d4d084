import Foundation
import Kubernetes
package import Reservations

/// The files in a pod's secret.
enum KeyFile {
    static let authorized = "authorized_keys"
    static let hostKey = "ssh_host_ed25519_key"
    static let publicHostKey = "ssh_host_ed25519_key.pub"
}

extension KubernetesPodHost {
    package func keys(
        for id: ReservationID,
        generation: Int,
        anchorUID: String,
        offering keys: [PublicKey],
        hostKey: HostKey
    ) async throws(PodError) -> PodKeys {
        let name = PodNames(id, generation: generation).secret
        let belonging = belonging(id, generation: generation)
        let lines = keys.map(\.line).joined(separator: "\n") + "\n"
        let secret = Secret(
            metadata: metadata(name, belonging, anchorUID: anchorUID),
            type: "Opaque",
            data: [
                KeyFile.authorized: Data(lines.utf8),
                KeyFile.hostKey: Data(hostKey.privateFile.utf8),
                KeyFile.publicHostKey: Data((hostKey.publicLine + "\n").utf8),
            ],
            immutable: true
        )
        guard try await create(secret) == nil else {
            return PodKeys(authorized: keys, hostKey: hostKey.publicLine)
        }
        let found = try await findTaken(Secret.self, name)
        try belonging.check(found.metadata, "Secret")
        guard !found.metadata.isTerminating, found.metadata.isOwned(by: anchorUID) else {
            throw PodError(
                .unavailable,
                "Secret \(name) goes with an anchor that is gone; it will be made anew"
            )
        }
        return try PodKeys(reading: found, name: name)
    }
}

extension PodKeys {
    /// What a secret holds, which whoever made it wrote.
    fileprivate init(reading secret: Secret, name: String) throws(PodError) {
        func text(_ file: String) throws(PodError) -> String {
            guard let data = secret.data?[file] else {
                throw PodError(.foreign, "Secret \(name) has no \(file)")
            }
            return String(decoding: data, as: UTF8.self)
        }
        let authorized = try text(KeyFile.authorized).split(whereSeparator: \.isNewline).compactMap {
            PublicKey(line: $0)
        }
        guard let hostKey = PublicKey(line: try text(KeyFile.publicHostKey)), !authorized.isEmpty else {
            throw PodError(.foreign, "Secret \(name) holds no keys that can be read")
        }
        self.init(authorized: authorized, hostKey: hostKey.line)
    }
}
