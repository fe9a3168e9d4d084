import Foundation
import Reservations

/// Which snapshots of the replaced system may become a disk's head.
///
/// Its own code took any snapshot that bore the user's tag: also those of other disks, those marked for
/// deletion, and copies that backup tools had made, tags and all.
enum LegacySnapshots {
    /// Tags that others leave on what they made or copied.
    private static let foreignPrefixes = [
        "aws:", "dlm:", "velero", "kubernetes.io/", "ebs.csi.aws.com/", "CSIVolumeSnapshot",
    ]

    /// Chooses among snapshots that bear the user's tag.
    ///
    /// - Parameters:
    ///   - disk: whose; the unnamed disk's snapshots bear its name or none.
    ///   - snapshots: of the account.
    /// - Returns: the disk's own completed ones, newest first.
    static func heads(of disk: DiskKey, among snapshots: [SnapshotSighting]) -> [SnapshotSighting] {
        snapshots.filter { isHead($0, of: disk) }
            .sorted { ($0.startedAt ?? .distantPast, $0.id) > ($1.startedAt ?? .distantPast, $1.id) }
    }

    private static func isHead(_ snapshot: SnapshotSighting, of disk: DiskKey) -> Bool {
        let tags = snapshot.tags
        guard snapshot.state == .completed, tags[VolumeTag.user] == disk.userID.rawValue else { return false }
        guard (tags[VolumeTag.disk] ?? DiskName.unnamed.rawValue) == disk.name.rawValue else { return false }
        guard tags[VolumeTag.deleteDate] == nil, tags[VolumeTag.fleet] == nil else { return false }
        return !tags.keys.contains { key in foreignPrefixes.contains { key.hasPrefix($0) } }
    }
}
