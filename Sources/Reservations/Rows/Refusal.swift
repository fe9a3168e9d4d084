package import Foundation

/// That a request or a command was refused, and why, for whoever waits for it on `reservations.events`.
package struct Refusal: Codable, Sendable, Equatable {
    package enum Asked: String, Codable, Sendable, CaseIterable {
        case reservation, cancel, extend
    }

    package let reservation: ReservationID
    /// Who asked, which need not be the reservation's user.
    package let userID: UserID
    package let asked: Asked
    /// Nil for a request.
    package let command: CommandID?
    package let reason: String
    package let at: Date

    enum CodingKeys: String, CodingKey {
        case reservation = "reservation_id"
        case userID = "user_id"
        case asked = "refused"
        case command = "command_id"
        case reason, at
    }

    package init(
        reservation: ReservationID,
        userID: UserID,
        asked: Asked,
        command: CommandID? = nil,
        reason: String,
        at: Date
    ) {
        self.reservation = reservation
        self.userID = userID
        self.asked = asked
        self.command = command
        self.reason = reason
        self.at = at
    }
}
