package import Foundation

/// More time for a running server.
package struct ExtendCommand: Sendable, Equatable {
    /// As the replaced system's command line had it.
    package static let mostHours = 24.0

    package let id: CommandID
    package let reservationID: ReservationID
    package let userID: UserID
    package let hours: Double
    /// The end that it extends, as its sender knew it; nil if the sender didn't say.
    package let expiresAt: Date?

    package init(
        id: CommandID,
        reservationID: ReservationID,
        userID: UserID,
        hours: Double,
        expiresAt: Date?
    ) {
        self.id = id
        self.reservationID = reservationID
        self.userID = userID
        self.hours = hours
        self.expiresAt = expiresAt
    }

    /// The same command for the reservation that a node belongs to.
    func aimed(at master: ReservationID) -> ExtendCommand {
        ExtendCommand(id: id, reservationID: master, userID: userID, hours: hours, expiresAt: expiresAt)
    }

    package enum Judgement: Sendable, Equatable {
        case extend(to: Date)
        /// It took place already.
        case applied
        case refuse(String)
    }

    /// What becomes of the command on a row as it stands.
    ///
    /// - Parameters:
    ///   - row: the reservation's.
    ///   - limit: how long after its start a server may run at most, extensions included.
    ///   - now: the services' time; nil if it isn't known, and then nothing is too late by age.
    /// - Returns: the new end, or why there is none.
    package func judged(on row: Reservation, limit: Duration, at now: Date?) -> Judgement {
        if row.userID != userID { return .refuse(Intake.foreign(row.id, userID)) }
        if row.appliedCommands.contains(id) { return .applied }
        switch row.status {
        case .active: break
        case .awaited, .joined, .pending, .queued, .preparing:
            return .refuse("it isn't running yet: its time begins once it does")
        case .expiring, .expired, .failing, .failed, .cancelling, .cancelled:
            return .refuse("it is too late: the reservation is \(row.status.rawValue)")
        }
        guard let end = row.expiresAt else { return .refuse("the reservation has no end") }
        if let now, now >= end { return .refuse("it is too late: its time was over at \(Self.text(end))") }
        // To a second: what producers write need not have the row's milliseconds.
        if let expiresAt, abs(expiresAt.timeIntervalSince(end)) >= 1 {
            return .refuse(
                "it ends at \(Self.text(end)), not at \(Self.text(expiresAt)): it was changed meanwhile"
            )
        }
        let extended = end.addingTimeInterval((hours * 3600 * 1000).rounded() / 1000)
        let latest = (row.launchedAt ?? row.createdAt).addingTimeInterval(limit / .seconds(1))
        guard extended <= latest else {
            return .refuse(
                "a server may be extended to \(Self.text(latest)) at most, not to \(Self.text(extended))"
            )
        }
        return .extend(to: extended)
    }

    private static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
