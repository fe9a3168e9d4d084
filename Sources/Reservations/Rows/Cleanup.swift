package import Foundation

/// What the janitor knows of one volume: a row of `volume_cleanups`.
package struct Cleanup: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case open
        case deleted
        case kept
        case gone
    }

    /// How far the deletion of an open row's volume has come; nil: nothing has been decided yet.
    package enum Stage: String, Codable, Sendable {
        /// Verdict and evidence are stored.
        case condemned
        /// The volume bears the tag, and the period runs.
        case quarantined
        /// The delete may have been sent, and isn't confirmed.
        case deleting
    }

    package let volume: VolumeID
    /// What the reports said; nothing of it is believed without a look.
    package var report: OrphanReport?
    /// Whose it is by the volume's own tag, as it was last seen; nil: it never was, or had none.
    package var reservation: ReservationID?
    package var state: State
    package var stage: Stage?
    package var dueAt: Date
    package var attempts: Int
    /// The last verdict, in words, and the names of its reasons.
    package var verdict: String
    package var reasons: [String]
    /// What the verdict rests on; once the volume is deleted, what was seen then.
    package var evidence: [Fact]
    /// When the last verdict was stored.
    package var judgedAt: Date?
    /// When it was first decided that the volume goes.
    package var condemnedAt: Date?
    /// Whether any look showed it attached: then it may hold work, whatever the row says.
    package var wasSeenAttached: Bool
    /// Since when looks have found nothing under its id, or the volume in `error`.
    package var absentSince: Date?
    /// By the services' time, as are ``keepUntil`` and ``deletedAt``.
    package var quarantinedAt: Date?
    package var keepUntil: Date?
    /// When it was confirmed that the volume is gone.
    package var deletedAt: Date?
    package var saveID: String?
    /// The snapshot that was begun: a listing may not show it yet.
    package var saving: SnapshotID?
    package var savingSince: Date?
    /// The snapshot that saves it.
    package var snapshot: SnapshotID?
    /// Whether that snapshot became the disk's head, in the same transaction.
    package var becameHead: Bool
    /// Whether the deletion was counted against the budget of unexpected ones.
    package var isCharged: Bool
    /// Where it was, so that it can be restored there.
    package var zone: String?
    package var createdAt: Date
    /// When the closed row and its evidence may go, in seconds since 1970; nil: it is open, or kept.
    package var purgeAt: Int?
    package var version: Int
    package var writeID: String

    enum CodingKeys: String, CodingKey {
        case volume = "volume_id"
        case reservation = "reservation_id"
        case report, state, stage
        case dueAt = "due_at"
        case attempts, verdict, reasons, evidence
        case judgedAt = "judged_at"
        case condemnedAt = "condemned_at"
        case wasSeenAttached = "was_seen_attached"
        case absentSince = "absent_since"
        case quarantinedAt = "quarantined_at"
        case keepUntil = "keep_until"
        case deletedAt = "deleted_at"
        case saveID = "save_id"
        case saving = "saving_snapshot_id"
        case savingSince = "saving_since"
        case snapshot = "snapshot_id"
        case becameHead = "became_head"
        case isCharged = "is_charged"
        case zone
        case createdAt = "created_at"
        case purgeAt = "purge_at"
        case version
        case writeID = "write_id"
    }

    package init(volume: VolumeID, report: OrphanReport?, dueAt: Date, createdAt: Date) {
        self.volume = volume
        self.report = report
        state = .open
        self.dueAt = dueAt
        attempts = 0
        verdict = ""
        reasons = []
        evidence = []
        wasSeenAttached = false
        becameHead = false
        isCharged = false
        self.createdAt = createdAt
        version = 0
        writeID = ""
    }
}

/// One thing that was seen, and when.
package struct Fact: Codable, Sendable, Equatable {
    package enum Kind: String, Sendable {
        case volume, snapshots, reservation, disk, objects, report, saving
        case podIntent = "pod_intent"
        case trouble
    }

    /// The name of a ``Kind``; newer versions may know more.
    package let kind: String
    package let what: String
    package let at: Date

    package init(_ kind: Kind, _ what: String, at: Date) {
        self.kind = kind.rawValue
        self.what = String(what.prefix(300))
        self.at = at
    }
}
