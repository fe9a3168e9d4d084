import AWS
import Foundation
import Reservations

extension VolumeSighting {
    /// Reads what EC2 describes.
    ///
    /// - Throws: `VolumeError`, `tryLater`: a listing with an entry that can't be read is no listing.
    init(_ volume: EC2.Volume, seenAt: Date) throws(VolumeError) {
        self.init(
            id: try Reservations.VolumeID(read: volume.id.rawValue),
            state: State(volume.state),
            zone: volume.availabilityZone,
            createdAt: volume.createTime,
            snapshot: try Reservations.SnapshotID(ifAny: volume.snapshotID?.rawValue),
            isAttached: volume.state == .inUse || volume.attachments.contains { $0.state != "detached" },
            tags: volume.tags,
            seenAt: seenAt,
            size: Size(gib: volume.sizeGiB, iops: volume.iops, throughput: volume.throughputMiBps)
        )
    }
}

extension VolumeSighting.State {
    fileprivate init(_ state: EC2.VolumeState) {
        switch state {
        case .creating: self = .creating
        case .available: self = .available
        case .inUse: self = .inUse
        case .deleting: self = .deleting
        case .deleted: self = .deleted
        case .error: self = .error
        case .unknown(let text): self = .unknown(text)
        }
    }
}

extension SnapshotSighting {
    /// Reads what EC2 describes.
    ///
    /// - Throws: `VolumeError`, `tryLater`: a listing with an entry that can't be read is no listing.
    init(_ snapshot: EC2.Snapshot) throws(VolumeError) {
        self.init(
            id: try Reservations.SnapshotID(read: snapshot.id.rawValue),
            // A copy names a volume that never was, such as vol-ffffffff.
            volume: snapshot.volumeID.flatMap { Reservations.VolumeID(rawValue: $0.rawValue) },
            state: State(snapshot.state),
            progress: snapshot.progress ?? "",
            startedAt: snapshot.startTime,
            tags: snapshot.tags
        )
    }
}

extension SnapshotSighting.State {
    fileprivate init(_ state: EC2.SnapshotState) {
        switch state {
        case .pending: self = .pending
        case .completed: self = .completed
        case .error: self = .error
        // In the recycle bin, or on its way out of it: neither complete nor lost.
        case .recoverable: self = .unknown("recoverable")
        case .recovering: self = .unknown("recovering")
        case .unknown(let text): self = .unknown(text)
        }
    }
}

extension ValidatedText {
    /// An id out of an answer.
    init(read text: String) throws(VolumeError) {
        guard let value = Self(rawValue: text) else {
            throw VolumeError(.tryLater, "EC2 answered \"\(text.prefix(80))\", which isn't \(Self.rule)")
        }
        self = value
    }
}

extension Reservations.SnapshotID {
    /// The id out of an answer, where an empty one means none.
    fileprivate init?(ifAny text: String?) throws(VolumeError) {
        guard let text, !text.isEmpty else { return nil }
        try self.init(read: text)
    }
}
