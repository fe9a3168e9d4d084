/// What is to become of a volume, and why: the first reason decides, the others go with it.
package enum Verdict: Sendable, Equatable {
    /// Nobody's unsaved work is on it.
    case delete([Reason])
    /// It may hold work: saved first, then deleted.
    case save(Saving, [Reason])
    case keep([Reason])
    case lookAgain(after: Duration, [Reason])
    /// It isn't there any more.
    case gone([Reason])

    /// What the work becomes.
    package enum Saving: Sendable, Equatable {
        /// The disk's next head: the volume holds the disk's lock.
        case head(DiskHolder)
        /// A snapshot that never becomes a head: the lock isn't the volume's own any more.
        case spare
    }

    package var reasons: [Reason] {
        switch self {
        case .delete(let reasons), .save(_, let reasons), .keep(let reasons), .lookAgain(_, let reasons),
            .gone(let reasons):
            reasons
        }
    }

    /// What is to be done, in words.
    package var deed: String {
        switch self {
        case .delete: "delete"
        case .save(.head, _): "save to the disk's head, then delete"
        case .save(.spare, _): "save as a spare, then delete"
        case .keep: "keep"
        case .lookAgain: "look again"
        case .gone: "gone"
        }
    }

    /// Whether it ends in a deletion.
    package var condemns: Bool {
        switch self {
        case .delete, .save: true
        case .keep, .lookAgain, .gone: false
        }
    }

    /// Whether a living reservation needs it.
    var isAlive: Bool { reasons.first == .alive }

    package var summary: String { "\(deed): \(reasons.map(\.text).joined(separator: "; "))" }
}

/// Why: the names are stored, the words are for people.
package enum Reason: String, Sendable, Equatable, CaseIterable {
    case anotherFleet = "another_fleet"
    case untagged
    case alive
    case ending
    case ended
    case attached
    case creating
    case unknownState = "unknown_state"
    case snapshotPending = "snapshot_pending"
    case objectsLeft = "objects_left"
    case young
    case keptByPerson = "kept_by_person"
    case timeUnknown = "time_unknown"
    case tooOld = "too_old"
    case wrongOrder = "wrong_order"
    case rowGone = "row_gone"
    case rowPurged = "row_purged"
    case neverNamed = "never_named"
    case otherGeneration = "other_generation"
    case saved
    case holdsLock = "holds_lock"
    case lockMoved = "lock_moved"
    case absent
    case absentForNow = "absent_for_now"
    case inError = "in_error"
    case deleting
    // What only the deed meets, not the verdict.
    case quarantine
    case stopped
    case saving
    case trouble

    /// For people: what it is, and what would change it where that isn't plain.
    package var text: String {
        switch self {
        case .anotherFleet: "it is another fleet's, or nobody's by its tags"
        case .untagged: "its tags name no reservation"
        case .alive: "a living reservation needs it"
        case .ending: "its reservation is still ending"
        case .ended: "its reservation has ended"
        case .attached: "it is attached"
        case .creating: "it is still being created"
        case .unknownState: "its state is unknown to this version"
        case .snapshotPending: "a snapshot of it is pending"
        case .objectsLeft: "pods, claims or volumes of its reservation still exist in the cluster"
        case .young: "no report names it and it is younger than the grace period"
        case .keptByPerson: "a person wants it kept"
        case .timeUnknown: "the services' time isn't known"
        case .tooOld: "what was seen is too old to decide by"
        case .wrongOrder: "the tables were read before the cloud"
        case .rowGone: "its reservation's row is gone, and it is younger than rows are kept"
        case .rowPurged: "its reservation's row is gone, and it is older than rows are kept"
        case .neverNamed: "no pod intent ever named it, and it was never seen attached"
        case .otherGeneration: "its reservation lives on with another volume, or with none"
        case .saved: "its work is saved"
        case .holdsLock: "it holds its disk's lock: the work on it is the disk's next head"
        case .lockMoved: "it may hold work, and the disk's lock isn't its own"
        case .absent: "nothing is there under its id"
        case .absentForNow: "nothing is there under its id, which proves nothing yet"
        case .inError: "it is in error, and may come back"
        case .deleting: "it is being deleted"
        case .quarantine: "it is in quarantine"
        case .stopped: "the janitor is stopped; `berth-janitor resume` lets it go on"
        case .saving: "its snapshot isn't complete"
        case .trouble: "a service refused or didn't answer"
        }
    }
}
