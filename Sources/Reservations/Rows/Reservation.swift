package import Foundation

/// A reservation's row: the truth about it.
///
/// Every write adds one to `version`. The names under which it is stored are in ``CodingKeys``; those that
/// the replaced system had are kept.
package struct Reservation: Sendable, Equatable {
    package let id: ReservationID
    /// Nil while `awaited`.
    package var request: ReservationRequest?
    package var status: Status
    package var owner: WorkerID?
    package var fence: Fence
    package var version: Int
    /// The pipeline's last trace event, for people.
    package var phase: String
    /// Of the one node, or of node 0 of several.
    package var promise: Promise?
    /// Set for a reservation of several nodes.
    package var group: NodeGroup?
    package var diskGeneration: Int
    /// The first generation of this preparing: a throttled or full EC2 is no trouble of the disk's own.
    package var firstGeneration: Int?
    package var diskIntent: DiskIntent?
    /// The volume of the current generation.
    package var volumeID: VolumeID?
    package var anchorUID: String?
    package var podIntent: PodIntent?
    package var connection: Connection?
    package var receipt: Receipt?
    /// The last 20 commands.
    package var appliedCommands: [CommandID]
    /// Who cancelled before the request came; at most 8.
    package var cancelledBy: [UserID]
    /// What must still be heard: see rule 12 of the design.
    package var unpublished: [Announcement]
    package var notBefore: Date?
    package var purgeAt: Date?
    package var createdAt: Date
    package var expiresAt: Date?
    /// Which warnings of the present end were given, by the replaced system's names.
    package var warningsSent: [String: Bool]
    package var launchedAt: Date?
    package var endedAt: Date?
    package var failureReason: String?
    package var warning: String?
    package var detail: String
    package var history: [HistoryEntry]
    /// Trace event → seconds since 1970.
    package var trace: [String: Double]
    /// All of its trace, with workers and attempts.
    package var traceLog: TraceLog
    /// The W3C trace context that the request came with.
    package var traceparent: String?
    /// Tells a refused repeat of one's own write from a write of somebody else's.
    package var writeID: String

    package init(id: ReservationID, request: ReservationRequest?, status: Status, createdAt: Date) {
        self.id = id
        self.request = request
        self.status = status
        self.createdAt = createdAt
        owner = nil
        fence = .none
        version = 0
        phase = TraceEvent.received.rawValue
        diskGeneration = 1
        appliedCommands = []
        cancelledBy = []
        unpublished = []
        warningsSent = [:]
        detail = ""
        history = []
        trace = [:]
        traceLog = TraceLog()
        writeID = ""
    }

    /// Generations before it don't count as attempts.
    package var attemptedFrom: Int { firstGeneration ?? 1 }

    package var userID: UserID? { request?.userID }

    /// Moves on by the table of states, or throws ``IllegalMove``.
    package mutating func move(to next: Status) throws(IllegalMove) {
        guard status.canMove(to: next) else { throw IllegalMove(from: status, to: next) }
        status = next
    }

    /// Which worker's list the row stands in, if it needs anybody: the sparse index `work`.
    package var work: WorkPlace? {
        if status.isTerminal {
            let isClosed = unpublished.isEmpty && promise == nil
            return isClosed ? nil : WorkPlace(holder: .free, isUrgent: false)
        }
        // Nodes that are missing have a deadline, which somebody must keep.
        if status == .awaited, group == nil { return nil }
        if status == .joined || (status == .active && owner == nil && unpublished.isEmpty) { return nil }
        return WorkPlace(holder: owner.map(WorkPlace.Holder.worker) ?? .free, isUrgent: status.isEnding)
    }

    /// How much of the history a row keeps: its ends, since the beginning and the end tell most.
    package static let historyLimit = 40

    package mutating func note(_ message: String, at time: Date) {
        guard history.last?.message != message else { return }
        detail = message
        history.append(HistoryEntry(timestamp: time, message: String(message.prefix(500))))
        if history.count > Self.historyLimit { history.remove(at: Self.historyLimit / 2) }
    }

    package mutating func mark(_ event: TraceEvent, at time: Date) {
        phase = event.rawValue
        trace[event.rawValue] = time.timeIntervalSince1970
    }
}

/// A place in the index `work`.
package struct WorkPlace: Hashable, Sendable {
    package enum Holder: Hashable, Sendable {
        case worker(WorkerID)
        case free

        package var key: String {
            switch self {
            case .worker(let id): id.rawValue
            case .free: "free"
            }
        }
    }

    package let holder: Holder
    /// A command or an end waits.
    package let isUrgent: Bool

    package init(holder: Holder, isUrgent: Bool) {
        self.holder = holder
        self.isUrgent = isUrgent
    }
}

package struct HistoryEntry: Codable, Sendable, Equatable {
    package let timestamp: Date
    package let message: String
}
