package import Foundation

/// What an ending found and what became of it.
package struct Receipt: Codable, Sendable, Equatable {
    /// The steps of an ending, in the order in which they are done.
    package enum Step: String, Codable, Sendable, CaseIterable {
        case intentSettled = "intent_settled"
        case anchorDeleted = "anchor_deleted"
        case objectsDeleted = "objects_deleted"
        case promiseEnded = "promise_ended"
        case lockEnded = "lock_ended"
        case volumeReported = "volume_reported"
    }

    package enum Outcome: String, Codable, Sendable, CaseIterable {
        /// There was nothing of the kind.
        case none
        case done
        /// The janitor goes on with it.
        case leftToJanitor = "left_to_janitor"
        /// Its budget ran out; the sweep goes on with it.
        case overBudget = "over_budget"
    }

    package struct Entry: Codable, Sendable, Equatable {
        package let step: Step
        package let outcome: Outcome
        package let detail: String
        package let at: Date

        package init(step: Step, outcome: Outcome, detail: String, at: Date) {
            self.step = step
            self.outcome = outcome
            self.detail = detail
            self.at = at
        }
    }

    /// What there was of one node of several.
    package struct Node: Codable, Sendable, Equatable {
        package let index: Int
        package let reservation: ReservationID?
        /// The machine that its GPUs were promised on.
        package let host: String?
        /// Kinds of what was in the cluster and is gone, such as `Pod, Service, Service`.
        package let objects: String

        enum CodingKeys: String, CodingKey {
            case index = "node_index"
            case reservation = "reservation_id"
            case host = "node"
            case objects
        }
    }

    /// What became of a volume once the janitor was done with it.
    package struct Closing: Codable, Sendable, Equatable {
        package enum End: String, Codable, Sendable {
            /// Deleted on purpose; whatever was on it is saved, or never was anything.
            case deleted
            /// Gone without anybody's doing, and nothing of it was needed.
            case gone
            /// Gone with work that nobody saved: the disk's head stays as it was.
            case lost
        }

        package let volume: VolumeID
        package let end: End
        package let snapshot: SnapshotID?
        package let at: Date

        package init(volume: VolumeID, end: End, snapshot: SnapshotID?, at: Date) {
            self.volume = volume
            self.end = end
            self.snapshot = snapshot
            self.at = at
        }
    }

    package let startedAt: Date
    package var cause: String
    /// `user_id` of whoever cancelled; nil for failures and expiry.
    package var by: String?
    package var entries: [Entry]
    /// Volumes of this reservation, also those that became known after its end.
    package var volumes: [VolumeID]
    /// Each node's things; nil for a reservation of one.
    package var nodes: [Node]?
    /// Nil in receipts of earlier versions.
    package var closings: [Closing]?

    package init(startedAt: Date, cause: String, by: String? = nil) {
        self.startedAt = startedAt
        self.cause = cause
        self.by = by
        entries = []
        volumes = []
    }

    enum CodingKeys: String, CodingKey {
        case startedAt = "started_at"
        case cause, by, entries, volumes, nodes, closings
    }

    package func has(_ step: Step) -> Bool { entries.contains { $0.step == step } }

    /// Enters a volume's end, once; one that the receipt didn't know of becomes known by it.
    package mutating func close(_ closing: Closing) {
        guard closings?.contains(where: { $0.volume == closing.volume }) != true else { return }
        if !volumes.contains(closing.volume) { volumes.append(closing.volume) }
        closings = (closings ?? []) + [closing]
    }

    /// Whether the janitor is done with every volume.
    package var isSettled: Bool {
        let closed = Set(closings?.map(\.volume) ?? [])
        return volumes.allSatisfy(closed.contains)
    }

    package mutating func enter(_ step: Step, _ outcome: Outcome, _ detail: String, at time: Date) {
        guard !has(step) else { return }
        entries.append(Entry(step: step, outcome: outcome, detail: detail, at: time))
    }
}
