package import Foundation
package import Reservations

/// What an import makes of the replaced system's disks: pure, so that a dry run shows exactly what is done.
package struct ImportPlan: Sendable {
    /// What becomes of one disk.
    package struct Entry: Sendable, Encodable {
        package enum Verdict: String, Sendable, Encodable {
            /// It gets the newest of its snapshots as its head.
            case adopt
            /// Berth knows it already: an import that is repeated changes nothing.
            case known
            /// Not now, for the reason that stands with it.
            case wait
            case leave
        }

        package let userID: UserID
        package let name: DiskName
        package let verdict: Verdict
        package let head: SnapshotID?
        package let takenAt: Date?
        /// How many snapshots it has that may be its head.
        package let snapshots: Int
        package let reason: String

        enum CodingKeys: String, CodingKey {
            case userID = "user_id"
            case name = "disk_name"
            case verdict
            case head = "head_snapshot_id"
            case takenAt = "taken_at"
            case snapshots, reason
        }
    }

    /// A snapshot with a user's tag that is no disk's work.
    package struct Leftover: Sendable, Encodable {
        package let snapshot: SnapshotID
        package let reason: String
    }

    package private(set) var entries: [Entry] = []
    package private(set) var leftovers: [Leftover] = []
    /// The rows to write, each on condition that it is as it was read.
    package private(set) var decisions: [Decision] = []

    /// Plans an import.
    ///
    /// - Parameters:
    ///   - snapshots: all of the account with a user's tag.
    ///   - volumes: all with a user's tag.
    ///   - disks: the rows of disks, the replaced system's too.
    ///   - sizeGiB: of a disk without a row.
    ///   - now: when.
    package init(
        snapshots: [SnapshotSighting],
        volumes: [VolumeSighting],
        disks: [Disk],
        sizeGiB: Int,
        at now: Date
    ) {
        var own: [DiskKey: [SnapshotSighting]] = [:]
        for snapshot in snapshots.sorted(by: { $0.id < $1.id }) {
            let origin = LegacySnapshots.origin(of: snapshot)
            if case .disk(let key) = origin {
                own[key, default: []].append(snapshot)
            } else if origin != .berth {
                leftovers.append(Leftover(snapshot: snapshot.id, reason: origin.words))
            }
        }
        let rows = Dictionary(disks.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let attached = Self.attached(volumes)
        for key in own.keys.sorted(by: { ($0.userID, $0.name) < ($1.userID, $1.name) }) {
            add(key, own[key] ?? [], rows[key], attached[key], sizeGiB: sizeGiB, at: now)
        }
    }

    /// The replaced system's volumes that a server works on.
    private static func attached(_ volumes: [VolumeSighting]) -> [DiskKey: VolumeID] {
        var attached: [DiskKey: VolumeID] = [:]
        for volume in volumes where volume.tags[VolumeTag.fleet] == nil && volume.state == .inUse {
            guard let user = volume.tags[VolumeTag.user].flatMap(UserID.init(rawValue:)),
                let name = DiskName(rawValue: volume.tags[VolumeTag.disk] ?? DiskName.unnamed.rawValue)
            else { continue }
            attached[DiskKey(userID: user, name: name)] = volume.id
        }
        return attached
    }

    private mutating func add(
        _ key: DiskKey,
        _ snapshots: [SnapshotSighting],
        _ row: Disk?,
        _ attached: VolumeID?,
        sizeGiB: Int,
        at now: Date
    ) {
        let heads = LegacySnapshots.heads(of: key, among: snapshots)
        func enter(_ verdict: Entry.Verdict, _ reason: String) -> Entry {
            Entry(
                userID: key.userID,
                name: key.name,
                verdict: verdict,
                head: verdict == .known ? row?.head : heads.first?.id,
                takenAt: verdict == .known ? nil : heads.first?.startedAt,
                snapshots: heads.count,
                reason: reason
            )
        }
        // A row of version 0 is one that Berth never wrote.
        if let row, row.version > 0 { return entries.append(enter(.known, "Berth has this disk")) }
        if row?.isDeleted == true { return entries.append(enter(.leave, "marked as deleted")) }
        if let attached {
            return entries.append(enter(.wait, "a server works on it (\(attached)): end that first"))
        }
        if let pending = snapshots.first(where: { $0.state == .pending }) {
            return entries.append(enter(.wait, "snapshot \(pending.id) is being made (\(pending.progress))"))
        }
        guard let newest = heads.first else {
            return entries.append(enter(.leave, "none of its snapshots is complete"))
        }
        if row?.purging.contains(newest.id) == true {
            return entries.append(enter(.leave, "snapshot \(newest.id) is about to be deleted"))
        }
        // The replaced system's word for a snapshot of an empty disk.
        let isEmpty = newest.tags[VolumeTag.snapshotType] == "initial"
        var next = row ?? Disk(key: key, head: nil, sizeGiB: sizeGiB, createdAt: now)
        next.head = isEmpty ? nil : newest.id
        decisions.append(Decision([.disk(from: row, to: next)]))
        entries.append(enter(.adopt, isEmpty ? "nothing was ever saved: it starts empty" : ""))
    }

    /// Whether another listing led to the same heads: one that is cut short, or late, must not decide.
    package func agrees(with other: ImportPlan) -> Bool {
        let heads = { (plan: ImportPlan) in
            plan.entries.map { "\($0.userID)/\($0.name)/\($0.verdict.rawValue)/\($0.head?.rawValue ?? "")" }
        }
        return heads(self) == heads(other)
    }
}
