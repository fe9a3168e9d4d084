package import Foundation

/// What the janitor knows of one volume: a row of `volume_cleanups`.
package struct Cleanup: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case open
        case deleted
        case kept
        case gone
    }

    package let volume: VolumeID
    /// What the reports said; nothing of it is believed without a look.
    package var report: OrphanReport?
    package var state: State
    package var dueAt: Date
    package var attempts: Int
    /// The last verdict, in words, and what it rests on.
    package var verdict: String
    package var evidence: [String]
    /// Whether any look showed it attached: then it may hold work, whatever the row says.
    package var wasSeenAttached: Bool
    /// Since when looks have found nothing under its id, or the volume in `error`.
    package var absentSince: Date?
    package var saveID: String?
    package var snapshot: SnapshotID?
    package var createdAt: Date
    package var version: Int
    package var writeID: String

    enum CodingKeys: String, CodingKey {
        case volume = "volume_id"
        case report, state
        case dueAt = "due_at"
        case attempts, verdict, evidence
        case wasSeenAttached = "was_seen_attached"
        case absentSince = "absent_since"
        case saveID = "save_id"
        case snapshot = "snapshot_id"
        case createdAt = "created_at"
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
        evidence = []
        wasSeenAttached = false
        self.createdAt = createdAt
        version = 0
        writeID = ""
    }
}
