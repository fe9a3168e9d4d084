package import Foundation

/// Something that must be heard: it stays in the row until the broker acknowledged it.
package enum Announcement: Codable, Sendable, Equatable {
    /// The row's present status, with its receipt if it has one.
    case status
    case orphan(OrphanReport)
    /// The server ends in so many minutes.
    case warning(minutes: Int)
    /// The pod is to be told its end, and the last warning.
    case podNotice
}

/// What a worker says of a volume that nobody may need any more, on `volumes.orphaned`.
package struct OrphanReport: Codable, Sendable, Hashable {
    package let volume: VolumeID
    package let reservation: ReservationID
    package let generation: Int
    package let phase: String
    package let cause: String

    enum CodingKeys: String, CodingKey {
        case volume = "volume_id"
        case reservation = "reservation_id"
        case generation, phase, cause
    }

    package init(
        volume: VolumeID,
        reservation: ReservationID,
        generation: Int,
        phase: String,
        cause: String
    ) {
        self.volume = volume
        self.reservation = reservation
        self.generation = generation
        self.phase = phase
        self.cause = cause
    }
}

/// What workers and janitors say on `reservations.events`.
package struct ReservationEvent: Codable, Sendable, Equatable {
    package let reservation: ReservationID
    package let userID: UserID?
    package let status: Status
    /// The row's version: readers drop lower ones.
    package let version: Int
    package let phase: String
    package let detail: String
    package let at: Date
    package let connection: Connection?
    package let failureReason: String?
    package let warning: String?
    package let receipt: Receipt?
    package let expiresAt: Date?
    /// The reservation that this one stands for a node of, and which.
    package let master: ReservationID?
    package let nodeIndex: Int?
    /// All nodes of a reservation of several.
    package let nodes: [NodeConnection]?
    /// How many of its GPU type are served before it, and itself; told as it changes, and never stored.
    package var queuePosition: Int?

    enum CodingKeys: String, CodingKey {
        case reservation = "reservation_id"
        case userID = "user_id"
        case status, version, phase, detail, at, connection
        case failureReason = "failure_reason"
        case warning, receipt
        case expiresAt = "expires_at"
        case master = "master_reservation_id"
        case nodeIndex = "node_index"
        case nodes
        case queuePosition = "queue_position"
    }

    /// An event that tells a row as it stands, or a step of it that isn't written yet.
    package init(of row: Reservation, phase: String? = nil, detail: String? = nil, at time: Date) {
        reservation = row.id
        userID = row.userID
        status = row.status
        version = row.version
        self.phase = phase ?? row.phase
        self.detail = detail ?? row.detail
        at = time
        connection = row.status == .active ? row.connection : nil
        failureReason = row.failureReason
        warning = row.warning
        receipt = row.status.terminalStatus == nil ? nil : row.receipt
        expiresAt = row.expiresAt
        master = row.pointer?.master
        nodeIndex = row.pointer?.index
        nodes = row.nodeConnections
    }

    /// The same of one of the nodes, for those who wait for the reservation that stands for it.
    ///
    /// Its version is the whole reservation's, which is where a node's news come from.
    package init(of row: Reservation, node member: NodeGroup.Member, at time: Date) {
        reservation = member.reservation
        userID = row.userID
        status = row.status
        version = row.version
        phase = row.phase
        detail = row.detail
        at = time
        connection = row.status == .active ? row.connection(ofNode: member.index) : nil
        failureReason = row.failureReason
        warning = member.index == 0 ? row.warning : nil
        receipt = row.status.terminalStatus == nil ? nil : row.receipt
        expiresAt = row.expiresAt
        master = row.id
        nodeIndex = member.index
        nodes = nil
    }
}
