/// What comes next for a row, told from the row alone: so whoever adopts it goes on where it stands.
package enum Pipeline {
    package enum Step: Sendable, Equatable {
        /// Promise capacity, lock the disk and write the intent, in one transaction.
        case prepare
        /// PHASE 1, `start_disk_creation`.
        case createVolume(DiskIntent)
        case makeAnchor
        /// PHASE 2, keys and storage while the volume is being made; PHASE 3, `wait_for_disk_ready`.
        case setUp
        /// PHASE 4.
        case startServer(PodIntent)
        case end
        /// Something must still be heard.
        case publish
        /// Nobody is needed.
        case letGo
    }

    package static func step(for row: Reservation) -> Step {
        switch row.status {
        case .pending:
            return .prepare
        case .preparing:
            if let intent = row.diskIntent, intent.givenUp == nil, row.volumeID == nil {
                return .createVolume(intent)
            }
            if row.anchorUID == nil { return .makeAnchor }
            guard let intent = row.podIntent else { return .setUp }
            return .startServer(intent)
        case .failing, .expiring, .cancelling:
            return .end
        case .active, .failed, .expired, .cancelled:
            return row.unpublished.isEmpty ? .letGo : .publish
        case .awaited, .joined, .queued:
            return .letGo
        }
    }
}

/// What a step came to.
enum Progress {
    /// The row as it was written.
    case next(Reservation)
    /// Something happened to the row, or to the wait: read it again.
    case lookAgain
    /// Somebody else's business from here on.
    case letGo
}

/// A wait was given up because the row may have changed.
struct Interrupted: Error {}

/// That a reservation can't go on, in words for its user.
package struct ReservationFailure: Error, Sendable, CustomStringConvertible {
    package let reason: String
    /// Whether GitHub doesn't know the login that the request names.
    package let isUnknownLogin: Bool

    package init(_ reason: String, isUnknownLogin: Bool = false) {
        self.reason = reason
        self.isUnknownLogin = isUnknownLogin
    }

    package var description: String { reason }
}
