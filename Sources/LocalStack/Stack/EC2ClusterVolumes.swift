import Foundation

/// The local EC2 as the local cluster's attach controller uses it.
package struct EC2ClusterVolumes: ClusterVolumes {
    private let ec2: LocalEC2
    private let time: StackTime
    private let contents: FolderContents?

    /// - Parameters:
    ///   - ec2: holds the volumes.
    ///   - time: stretches the waits.
    ///   - contents: keeps pods' homes from one pod to the next, if anything does.
    package init(_ ec2: LocalEC2, time: StackTime, contents: FolderContents? = nil) {
        self.ec2 = ec2
        self.time = time
        self.contents = contents
    }

    package func attach(volumeID: String, node: String) async throws {
        let wait = try ec2.attach(volume: volumeID, instance: Self.instance(of: node), isRepeatable: true)
        try await time.sleep(for: wait)
    }

    package func detach(volumeID: String, node: String) async {
        // Not attached there, or gone: then there is nothing to detach, which is what the caller wants.
        guard let wait = try? ec2.detach(volume: volumeID, instance: Self.instance(of: node)) else { return }
        try? await time.sleep(for: wait)
    }

    /// Writes the pod into the volume's mark, behind those that wrote before: so audits can tell disks back in time.
    package func mounted(volumeID: String, node: String, pod: String) async -> String? {
        let writers = ec2.volume(volumeID)?.content?.split(separator: " ").map(String.init) ?? []
        // A volume that has gone meanwhile has no mark to keep.
        try? ec2.setContent((writers + [pod]).suffix(Self.writersKept).joined(separator: " "), of: volumeID)
        return contents?.folder(of: volumeID)
    }

    private static let writersKept = 100

    package func reclaim(volumeID: String) async {
        let body = Data("Action=DeleteVolume&VolumeId=\(volumeID)".utf8)
        _ = await ec2.handle(LocalRequest(method: "POST", path: "/", body: body))
    }

    /// An id for a node's instance, always the same for the same name (FNV-1a).
    package static func instance(of node: String) -> String {
        let hash = node.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return "i-0" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
