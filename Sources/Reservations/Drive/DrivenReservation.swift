package import Foundation

/// What a worker is doing about a reservation, for people.
package struct DrivenReservation: Sendable, Equatable, Codable {
    package let id: ReservationID
    package let status: Status
    /// The last trace event.
    package let phase: String
    package let detail: String
    package let version: Int
    /// When the row last had something to tell.
    package let since: Date

    enum CodingKeys: String, CodingKey {
        case id = "reservation_id"
        case status, phase, detail, version, since
    }

    init(_ row: Reservation) {
        id = row.id
        status = row.status
        phase = row.phase
        detail = row.detail
        version = row.version
        since = row.history.last?.timestamp ?? row.createdAt
    }
}
