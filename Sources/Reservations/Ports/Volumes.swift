package import Foundation

/// A volume as the cloud describes it.
package struct VolumeSighting: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case creating, available, inUse, deleting, deleted, error
        /// A state that this version doesn't know: neither ready nor gone.
        case unknown(String)
    }

    package let id: VolumeID
    package let state: State
    package let zone: String
    package let createdAt: Date?
    package let snapshot: SnapshotID?
    package let isAttached: Bool
    package let tags: [String: String]
    package let seenAt: Date
    package let size: Size

    /// What a volume is paid for.
    package struct Size: Sendable, Equatable {
        package let gib: Int
        package let iops: Int?
        /// MiB/s.
        package let throughput: Int?

        package init(gib: Int = 0, iops: Int? = nil, throughput: Int? = nil) {
            self.gib = gib
            self.iops = iops
            self.throughput = throughput
        }
    }

    package init(
        id: VolumeID,
        state: State,
        zone: String,
        createdAt: Date?,
        snapshot: SnapshotID?,
        isAttached: Bool,
        tags: [String: String],
        seenAt: Date,
        size: Size = Size()
    ) {
        self.size = size
        self.id = id
        self.state = state
        self.zone = zone
        self.createdAt = createdAt
        self.snapshot = snapshot
        self.isAttached = isAttached
        self.tags = tags
        self.seenAt = seenAt
    }
}

/// A snapshot as the cloud describes it.
package struct SnapshotSighting: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case pending, completed, error
        case unknown(String)
    }

    package let id: SnapshotID
    package let volume: VolumeID?
    package let state: State
    /// As the service writes it, such as `42%`.
    package let progress: String
    package let startedAt: Date?
    package let tags: [String: String]

    package init(
        id: SnapshotID,
        volume: VolumeID?,
        state: State,
        progress: String,
        startedAt: Date?,
        tags: [String: String]
    ) {
        self.id = id
        self.volume = volume
        self.state = state
        self.progress = progress
        self.startedAt = startedAt
        self.tags = tags
    }
}

package struct VolumeError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// The token was used with other parameters, is burnt, or its first call is still in flight.
        case tokenMismatch
        /// A quota, too many calls, or a service that can't be reached: the disk can still be made later.
        case tryLater
        /// No room in this zone.
        case noCapacityInZone
        /// The request can't be met as it stands (no such snapshot, a limit of the account, …).
        case cannotBeMade
        /// The volume or snapshot isn't there (any more, or yet).
        case notFound
        /// The volume is attached.
        case inUse
        /// The volume is in a state that doesn't allow it.
        case wrongState
        case notAllowed
    }

    package let code: Code
    package let reason: String
    /// Whether the call may have taken effect although it failed.
    package let mayHaveTakenEffect: Bool

    package init(_ code: Code, _ reason: String, mayHaveTakenEffect: Bool = false) {
        self.code = code
        self.reason = reason
        self.mayHaveTakenEffect = mayHaveTakenEffect
    }

    package var description: String { reason }
}

/// Looking at volumes and snapshots.
package protocol VolumeWatching: Sendable {
    /// The states of those that are there; absent ones aren't in the answer, which proves nothing so soon
    /// after a create.
    func volumes(_ ids: [VolumeID]) async throws(VolumeError) -> [VolumeSighting]

    /// Volumes that bear the tags of this reservation and, if named, generation.
    func volumes(of reservation: ReservationID, generation: Int?) async throws(VolumeError)
        -> [VolumeSighting]

    /// All volumes of the fleet: the whole listing or an error.
    func volumes(ofFleet fleet: FleetID) async throws(VolumeError) -> [VolumeSighting]

    func snapshots(_ ids: [SnapshotID]) async throws(VolumeError) -> [SnapshotSighting]

    /// Snapshots of these volumes, in few calls.
    func snapshots(ofVolumes ids: [VolumeID]) async throws(VolumeError) -> [SnapshotSighting]

    /// The old system's completed snapshots of a user's disk, made by nobody else, newest first.
    func legacySnapshots(of disk: DiskKey) async throws(VolumeError) -> [SnapshotSighting]
}

/// What a worker may do to volumes: make them.
///
/// It can neither delete nor snapshot one.
package protocol VolumeCreating: VolumeWatching {
    /// Sends exactly this request.
    func create(_ intent: DiskIntent) async throws(VolumeError) -> VolumeID
}

/// What the janitor alone may do.
package protocol VolumeDeleting: VolumeWatching {
    func delete(_ id: VolumeID) async throws(VolumeError)

    func snapshot(
        _ id: VolumeID,
        description: String,
        tags: [String: String]
    ) async throws(VolumeError) -> SnapshotID

    func deleteSnapshot(_ id: SnapshotID) async throws(VolumeError)

    /// The same tags for all, in one call: if one isn't there, none is tagged.
    func tag(volumes ids: [VolumeID], _ tags: [String: String]) async throws(VolumeError)

    func untag(volume id: VolumeID, _ keys: [String]) async throws(VolumeError)

    func tag(snapshots ids: [SnapshotID], _ tags: [String: String]) async throws(VolumeError)

    /// One page of all volumes of the fleet: a pass is whole only once a page has no `next`.
    func volumePage(ofFleet fleet: FleetID, after token: String?) async throws(VolumeError)
        -> ListingPage<VolumeSighting>

    /// One page of all snapshots that bear the fleet's tag.
    func snapshotPage(ofFleet fleet: FleetID, after token: String?) async throws(VolumeError)
        -> ListingPage<SnapshotSighting>
}

/// Some of a listing.
package struct ListingPage<Element: Sendable>: Sendable {
    package let elements: [Element]
    /// Nil: there are no more.
    package let next: String?

    package init(elements: [Element], next: String?) {
        self.elements = elements
        self.next = next
    }
}

/// What `berth-janitor undo` does for a person once the volume is gone: the janitor itself makes none.
package protocol VolumeRestoring: Sendable {
    /// Makes a volume from a snapshot; the same token again is the same volume.
    func restore(
        _ snapshot: SnapshotID,
        zone: String,
        token: String,
        tags: [String: String]
    ) async throws(VolumeError) -> VolumeID
}
