package import Foundation

/// What is to become of a volume, and why.
package enum Verdict: Sendable, Equatable {
    /// Nobody's work is on it.
    case delete(Reason)
    /// Its disk's last work may be on it: saved to the disk's head, then deleted.
    case saveToHead(DiskHolder)
    /// It may hold work, but no longer holds the disk's lock: saved as a spare, then deleted.
    case saveAsSpare(Reason)
    case keep(Reason)
    case lookAgain(after: Duration, Reason)
    /// It isn't there any more.
    case gone(Reason)

    /// For logs: what, and why.
    package var summary: String {
        switch self {
        case .delete(let reason): "delete: \(reason.rawValue)"
        case .saveToHead: "save to the disk's head, then delete"
        case .saveAsSpare(let reason): "save as a spare, then delete: \(reason.rawValue)"
        case .keep(let reason): "keep: \(reason.rawValue)"
        case .lookAgain(_, let reason): "look again: \(reason.rawValue)"
        case .gone(let reason): "gone: \(reason.rawValue)"
        }
    }

    package enum Reason: String, Sendable, Equatable, Codable {
        case anotherFleet = "another fleet's, or nobody's by its tags"
        case untagged = "its tags name no reservation"
        case alive = "a living reservation needs it"
        case ending = "its reservation is still ending"
        case attached = "it is attached"
        case creating = "it is still being created"
        case unknownState = "its state is unknown to this version"
        case snapshotPending = "a snapshot of it is pending"
        case objectsLeft = "pods or claims of its reservation still exist"
        case young = "no report names it and it is younger than the grace period"
        case timeUnknown = "the services' time isn't known"
        case rowGone = "its reservation's row is gone, and it is younger than rows are kept"
        case neverNamed = "no pod intent ever named it"
        case otherGeneration = "its reservation lives on with another volume"
        case saved = "its work is saved"
        case lockMoved = "it may hold work, and the disk's lock is no longer its own"
        case absent = "nothing is there under its id"
        case absentForNow = "nothing is there under its id, which proves nothing yet"
        case inError = "it is in error, and may come back"
        case deleting = "it is being deleted"
    }
}

/// All that a verdict rests on, as it was read.
package struct VolumeCase: Sendable {
    package let id: VolumeID
    /// Nil: no such volume in the answer.
    package let volume: VolumeSighting?
    package let snapshots: [SnapshotSighting]
    /// Of the reservation that the volume's tag names; nil: no such row.
    package let reservation: Reservation?
    package let disk: Disk?
    /// Things in the cluster that bear the reservation's label.
    package let objects: [ClusterObject]
    package let cleanup: Cleanup
    package let fleet: FleetID
    /// The services' time.
    package let now: Date?

    package init(
        id: VolumeID,
        volume: VolumeSighting?,
        snapshots: [SnapshotSighting],
        reservation: Reservation?,
        disk: Disk?,
        objects: [ClusterObject],
        cleanup: Cleanup,
        fleet: FleetID,
        now: Date?
    ) {
        self.id = id
        self.volume = volume
        self.snapshots = snapshots
        self.reservation = reservation
        self.disk = disk
        self.objects = objects
        self.cleanup = cleanup
        self.fleet = fleet
        self.now = now
    }
}

/// Judges a volume: a pure function of what was seen.
package func judge(_ matter: VolumeCase, _ policy: JanitorPolicy) -> Verdict {
    guard let volume = matter.volume else { return judgeAbsent(matter, policy) }
    guard volume.tags[VolumeTag.fleet] == matter.fleet.rawValue else { return .keep(.anotherFleet) }
    guard volume.tags[VolumeTag.reservation].flatMap(ReservationID.init(rawValue:)) != nil else {
        return .keep(.untagged)
    }
    // Before all states: a sweep sees every running server's volume attached, and must come to its end.
    if volume.state != .deleted, matter.reservation?.needs(volume) == true { return .keep(.alive) }
    if volume.isAttached { return .lookAgain(after: policy.lookAgain, .attached) }
    switch volume.state {
    case .creating: return .lookAgain(after: policy.lookAgain, .creating)
    case .inUse: return .lookAgain(after: policy.lookAgain, .attached)
    case .deleting: return .lookAgain(after: policy.lookAgain, .deleting)
    case .deleted: return .gone(.absent)
    case .unknown: return .lookAgain(after: policy.lookAgain, .unknownState)
    case .available, .error: break
    }
    guard let row = matter.reservation else { return judgeRowless(volume, matter, policy) }
    if let verdict = judgeLiving(row, volume, matter, policy) { return verdict }
    return judgeEnded(row, volume, matter, policy)
}

private func judgeAbsent(_ matter: VolumeCase, _ policy: JanitorPolicy) -> Verdict {
    matter.isLost(policy) ? .gone(.absent) : .lookAgain(after: policy.lookAgain, .absentForNow)
}

private func judgeRowless(_ volume: VolumeSighting, _ matter: VolumeCase, _ policy: JanitorPolicy) -> Verdict
{
    guard let now = matter.now else { return .lookAgain(after: policy.lookAgain, .timeUnknown) }
    guard let createdAt = volume.createdAt,
        Duration.seconds(now.timeIntervalSince(createdAt)) > policy.purgeAfter
    else { return .keep(.rowGone) }
    return matter.isSaved ? .delete(.saved) : .saveAsSpare(.lockMoved)
}

/// What a reservation that hasn't ended says of a volume with its tag; nil if it needs it no more.
private func judgeLiving(
    _ row: Reservation,
    _ volume: VolumeSighting,
    _ matter: VolumeCase,
    _ policy: JanitorPolicy
) -> Verdict? {
    guard !row.status.isTerminal else { return nil }
    if row.status.isEnding { return .lookAgain(after: policy.lookAgain, .ending) }

    if let wait = mustWait(volume, matter, policy) { return wait }
    return matter.mayHoldWork && !matter.isSaved ? .saveAsSpare(.lockMoved) : .delete(.otherGeneration)
}

private func judgeEnded(
    _ row: Reservation,
    _ volume: VolumeSighting,
    _ matter: VolumeCase,
    _ policy: JanitorPolicy
) -> Verdict {
    if !matter.objects.isEmpty { return .lookAgain(after: policy.lookAgain, .objectsLeft) }
    if let wait = mustWait(volume, matter, policy) { return wait }
    guard matter.mayHoldWork else { return .delete(.neverNamed) }
    if matter.isSaved { return .delete(.saved) }
    if volume.state == .error {
        return matter.isLost(policy) ? .gone(.inError) : .lookAgain(after: policy.lookAgain, .inError)
    }
    guard let holder = matter.disk?.holder, holder.reservation == row.id,
        volume.tags[VolumeTag.generation] == String(holder.generation)
    else { return .saveAsSpare(.lockMoved) }
    return .saveToHead(holder)
}

private func mustWait(_ volume: VolumeSighting, _ matter: VolumeCase, _ policy: JanitorPolicy) -> Verdict? {
    // A snapshot of our own making is waited for where it is made; two janitors may have made one each.
    let ours = [matter.cleanup.saveID, matter.disk?.holder?.saveID].compactMap(\.self)
    let isPending = matter.snapshots.contains { snapshot in
        guard snapshot.state == .pending else { return false }
        return matter.isSaved || !ours.contains(snapshot.tags[VolumeTag.saveID] ?? "")
    }
    if isPending { return .lookAgain(after: policy.lookAgain, .snapshotPending) }
    guard matter.cleanup.report == nil else { return nil }
    guard let now = matter.now else { return .lookAgain(after: policy.lookAgain, .timeUnknown) }
    guard let createdAt = volume.createdAt,
        Duration.seconds(now.timeIntervalSince(createdAt)) >= policy.grace
    else { return .lookAgain(after: policy.grace, .young) }
    return nil
}

extension Reservation {
    /// Whether it lives and this volume is its own.
    fileprivate func needs(_ volume: VolumeSighting) -> Bool {
        guard !status.isTerminal, !status.isEnding else { return false }
        if let podIntent { return podIntent.storage.volume == volume.id }
        if let volumeID { return volumeID == volume.id }
        return volume.tags[VolumeTag.generation] == String(diskGeneration) && diskIntent?.givenUp == nil
    }
}

extension VolumeCase {
    /// Absent or in error for long enough, by the services' time.
    ///
    /// After our own delete a short absence is the proof; otherwise a listing may lag.
    fileprivate func isLost(_ policy: JanitorPolicy) -> Bool {
        guard let since = cleanup.absentSince, let now else { return false }
        let wasDeleted = cleanup.verdict == Cleanup.deleteSent && volume == nil
        let enough = wasDeleted ? policy.lookAgain : policy.lossAfter
        return Duration.seconds(now.timeIntervalSince(since)) >= enough
    }

    /// A pod intent named it, or it was ever seen attached: it may hold its user's work.
    package var mayHoldWork: Bool {
        cleanup.wasSeenAttached || reservation?.podIntent?.storage.volume == id
            || (reservation == nil && volume != nil)
    }

    package var isSaved: Bool {
        guard let saved = cleanup.snapshot else { return false }
        return snapshots.contains { $0.id == saved && $0.state == .completed }
    }
}

extension Cleanup {
    /// The verdict text of a cleanup whose delete was sent and not yet seen done.
    package static let deleteSent = "delete sent"
}
