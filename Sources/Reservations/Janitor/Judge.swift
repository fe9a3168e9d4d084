import Foundation

// Every condition below is an expression on a line of its own or of one operator, because `ops/mutate` turns
// each around and wants to see a test fail.

/// Judges a volume: a pure function of what was seen, and when.
///
/// - Parameters:
///   - matter: volume, snapshots, reservation with its intents, disk, objects, and the clock's readings.
///   - policy: the times that the janitor goes by.
/// - Returns: what is to become of it; the first reason decides.
package func judge(_ matter: VolumeCase, _ policy: JanitorPolicy) -> Verdict {
    if let verdict = judgeEyesight(matter, policy) { return verdict }
    guard let volume = matter.volume.value else { return judgeAbsent(matter, policy) }
    guard volume.tags[VolumeTag.fleet] == matter.fleet.rawValue else { return .keep([.anotherFleet]) }
    guard volume.tags[VolumeTag.reservation].flatMap(ReservationID.init(rawValue:)) != nil else {
        return .keep([.untagged])
    }
    // Before all states: a sweep sees every running server's volume attached, and must come to its end.
    let isThere = volume.state != .deleted
    let isNeeded = matter.row?.needs(volume) == true
    if isThere && isNeeded { return .keep([.alive]) }
    if let verdict = judgeState(volume, policy) { return verdict }
    if let verdict = judgeWish(matter, policy) { return verdict }
    guard let row = matter.row else { return judgeRowless(volume, matter, policy) }
    if row.status.isEnding { return .lookAgain(after: policy.lookAgain, [.ending]) }
    if row.status.isTerminal { return judgeEnded(row, volume, matter, policy) }
    return judgeLiving(volume, matter, policy)
}

/// Whether what was seen is fresh enough, and in the right order: the cloud first, the tables after.
private func judgeEyesight(_ matter: VolumeCase, _ policy: JanitorPolicy) -> Verdict? {
    let ages = [
        matter.volume.at, matter.snapshots.at, matter.reservation.at, matter.disk.at, matter.objects.at,
    ].map { matter.now.tick - $0.tick }
    if ages.contains(where: { $0 > policy.evidenceAge }) { return .lookAgain(after: .zero, [.tooOld]) }
    let cloud = max(matter.volume.at.tick, matter.snapshots.at.tick)
    let tables = min(matter.reservation.at.tick, matter.disk.at.tick)
    if tables < cloud { return .lookAgain(after: .zero, [.wrongOrder]) }
    return nil
}

private func judgeAbsent(_ matter: VolumeCase, _ policy: JanitorPolicy) -> Verdict {
    if matter.isLost(policy) { return .gone([.absent]) }
    return .lookAgain(after: matter.patience(policy), [.absentForNow])
}

private func judgeState(_ volume: VolumeSighting, _ policy: JanitorPolicy) -> Verdict? {
    if volume.isAttached { return .lookAgain(after: policy.lookAgain, [.attached]) }
    switch volume.state {
    case .creating: return .lookAgain(after: policy.lookAgain, [.creating])
    case .inUse: return .lookAgain(after: policy.lookAgain, [.attached])
    case .deleting: return .lookAgain(after: policy.lookAgain, [.deleting])
    case .deleted: return .gone([.absent])
    case .unknown: return .lookAgain(after: policy.lookAgain, [.unknownState])
    case .available, .error: return nil
    }
}

/// Whether a person wants it kept.
private func judgeWish(_ matter: VolumeCase, _ policy: JanitorPolicy) -> Verdict? {
    guard let until = matter.keptUntil else { return nil }
    guard let now = matter.serviceNow else { return .lookAgain(after: policy.lookAgain, [.timeUnknown]) }
    let rest = Duration.seconds(until.timeIntervalSince(now))
    return rest > .zero ? .lookAgain(after: rest, [.keptByPerson]) : nil
}

private func judgeRowless(
    _ volume: VolumeSighting,
    _ matter: VolumeCase,
    _ policy: JanitorPolicy
) -> Verdict {
    guard let now = matter.serviceNow else { return .lookAgain(after: policy.lookAgain, [.timeUnknown]) }
    guard let age = volume.age(at: now), age > policy.purgeAfter else { return .keep([.rowGone]) }
    if let verdict = judgeObstacles(volume, matter, policy) { return verdict }
    if matter.isSaved { return .delete([.rowPurged, .saved]) }
    if volume.state == .error { return .keep([.inError]) }
    return .save(.spare, [.rowPurged, .lockMoved])
}

/// A volume that bears a living reservation's tag, and isn't the one that it needs.
private func judgeLiving(
    _ volume: VolumeSighting,
    _ matter: VolumeCase,
    _ policy: JanitorPolicy
) -> Verdict {
    if let verdict = judgeObstacles(volume, matter, policy) { return verdict }
    guard matter.mayHoldWork else { return .delete([.otherGeneration, .neverNamed]) }
    if matter.isSaved { return .delete([.otherGeneration, .saved]) }
    return .save(.spare, [.otherGeneration, .lockMoved])
}

private func judgeEnded(
    _ row: Reservation,
    _ volume: VolumeSighting,
    _ matter: VolumeCase,
    _ policy: JanitorPolicy
) -> Verdict {
    if !matter.objects.value.isEmpty { return .lookAgain(after: policy.lookAgain, [.objectsLeft]) }
    if let verdict = judgeObstacles(volume, matter, policy) { return verdict }
    guard matter.mayHoldWork else { return .delete([.ended, .neverNamed]) }
    if matter.isSaved { return .delete([.ended, .saved]) }
    if volume.state == .error { return judgeError(matter, policy) }
    guard let holder = matter.disk.value?.holder else { return .save(.spare, [.ended, .lockMoved]) }
    let isOwnLock = holder.reservation == row.id
    let isOwnGeneration = volume.tags[VolumeTag.generation] == String(holder.generation)
    guard isOwnLock && isOwnGeneration else { return .save(.spare, [.ended, .lockMoved]) }
    return .save(.head(holder), [.ended, .holdsLock])
}

private func judgeError(_ matter: VolumeCase, _ policy: JanitorPolicy) -> Verdict {
    matter.isLost(policy) ? .gone([.inError]) : .lookAgain(after: matter.patience(policy), [.inError])
}

/// What keeps a volume that nobody needs from being touched yet.
private func judgeObstacles(
    _ volume: VolumeSighting,
    _ matter: VolumeCase,
    _ policy: JanitorPolicy
) -> Verdict? {
    if matter.hasForeignSnapshot { return .lookAgain(after: policy.lookAgain, [.snapshotPending]) }
    guard matter.cleanup.report == nil else { return nil }
    guard let now = matter.serviceNow else { return .lookAgain(after: policy.lookAgain, [.timeUnknown]) }
    guard let age = volume.age(at: now), age >= policy.grace else {
        return .lookAgain(after: policy.grace, [.young])
    }
    return nil
}

extension VolumeSighting {
    /// By the services' time; nil if EC2 didn't say when it was made.
    fileprivate func age(at now: Date) -> Duration? {
        createdAt.map { .seconds(now.timeIntervalSince($0)) }
    }
}

extension Reservation {
    /// Whether it lives and this volume is its own.
    func needs(_ volume: VolumeSighting) -> Bool {
        if status.isTerminal || status.isEnding { return false }
        if let podIntent { return podIntent.storage.volume == volume.id }
        if let volumeID { return volumeID == volume.id }
        let isCurrent = volume.tags[VolumeTag.generation] == String(diskGeneration)
        let isWanted = diskIntent?.givenUp == nil
        return isCurrent && isWanted
    }
}

extension VolumeCase {
    /// A pending snapshot that isn't the one that saves it.
    ///
    /// One of our own making is waited for where it is made; two janitors may have made one each.
    fileprivate var hasForeignSnapshot: Bool {
        let ours = [cleanup.saveID, disk.value?.holder?.saveID].compactMap(\.self)
        return snapshots.value.contains { snapshot in
            guard snapshot.state == .pending else { return false }
            let isOurs = ours.contains(snapshot.tags[VolumeTag.saveID] ?? "")
            return isSaved || !isOurs
        }
    }

    /// Absent or in error for long enough, by the services' time.
    ///
    /// After our own delete a short absence is the proof; otherwise a listing may lag.
    fileprivate func isLost(_ policy: JanitorPolicy) -> Bool {
        guard let since = cleanup.absentSince, let serviceNow else { return false }
        let wasDeleted = cleanup.stage == .deleting && volume.value == nil
        let enough = wasDeleted ? policy.lookAgain : policy.lossAfter
        return Duration.seconds(serviceNow.timeIntervalSince(since)) >= enough
    }

    /// How long until what is absent or in error is looked at again: the longer it is, the more seldom.
    fileprivate func patience(_ policy: JanitorPolicy) -> Duration {
        guard let since = cleanup.absentSince, let serviceNow, cleanup.stage != .deleting else {
            return policy.lookAgain
        }
        let half = Duration.seconds(serviceNow.timeIntervalSince(since) / 2)
        return min(max(half, policy.lookAgain), policy.seldom)
    }
}
