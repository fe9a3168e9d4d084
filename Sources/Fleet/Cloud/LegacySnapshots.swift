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
        snapshot.state == .completed && origin(of: snapshot) == .disk(disk)
    }

    /// What made a snapshot that bears a user's tag.
    static func origin(of snapshot: SnapshotSighting) -> SnapshotOrigin {
        let tags = snapshot.tags
        if tags[VolumeTag.fleet] != nil { return .berth }
        let foreign = tags.keys.filter { key in foreignPrefixes.contains { key.hasPrefix($0) } }
        if let tag = foreign.min() { return .tool(tag) }
        if snapshot.volume == copiedFrom { return .copy }
        if tags[VolumeTag.deleteDate] != nil { return .deleted }
        guard let user = tags[VolumeTag.user].flatMap(UserID.init(rawValue:)),
            let name = DiskName(rawValue: tags[VolumeTag.disk] ?? DiskName.unnamed.rawValue)
        else { return .unnamed }
        return .disk(DiskKey(userID: user, name: name))
    }

    /// The volume that every copy of a snapshot names, whatever it was copied from.
    ///
    /// Source: EC2 API reference, "CopySnapshot": a copy's volume id is arbitrary and means nothing.
    private static let copiedFrom = VolumeID(unchecked: "vol-ffffffff")
}

/// Where a snapshot with a user's tag comes from.
enum SnapshotOrigin: Sendable, Equatable {
    /// The replaced system's, of this disk.
    case disk(DiskKey)
    case berth
    /// A backup tool's, known by this tag.
    case tool(String)
    /// A copy, with the tags of what was copied.
    case copy
    /// The replaced system means to delete it.
    case deleted
    /// Its tags name no user or disk that Berth could have.
    case unnamed

    var words: String {
        switch self {
        case .disk(let key): "the replaced system's, of disk '\(key.name)'"
        case .berth: "Berth's own"
        case .tool(let tag): "a backup tool's (\(tag))"
        case .copy: "a copy"
        case .deleted: "marked for deletion"
        case .unnamed: "of no user or disk that can be named"
        }
    }
}
