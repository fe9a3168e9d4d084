/// Where a reservation stands.
///
/// The one table of the moves between them is ``moves``.
package enum Status: String, Codable, Sendable, CaseIterable {
    /// A cancel came before its request, or some nodes of a reservation of several weren't asked for yet.
    case awaited
    /// Stands for one node of another reservation, which holds all that there is.
    case joined
    case pending
    /// Waits for a GPU, without an owner: the row is the queue.
    case queued
    case preparing
    /// Runs, without an owner: a running server needs nobody.
    case active
    case expiring
    case expired
    case failing
    case failed
    case cancelling
    case cancelled

    package static let moves: [Status: Set<Status>] = [
        .awaited: [.pending, .joined, .failing, .cancelling, .cancelled],
        .joined: [.failed, .expired, .cancelled],
        .pending: [.preparing, .queued, .failing, .cancelling],
        .queued: [.pending, .preparing, .failing, .cancelling],
        .preparing: [.active, .queued, .failing, .cancelling],
        .active: [.expiring, .failing, .cancelling],
        .expiring: [.expired, .cancelling],
        .failing: [.failed, .cancelling],
        .cancelling: [.cancelled],
        .expired: [],
        .failed: [],
        .cancelled: [],
    ]

    package var isTerminal: Bool { Self.moves[self]?.isEmpty ?? true }

    package var isEnding: Bool { terminalStatus != nil && !isTerminal }

    /// What an ending status ends in.
    package var terminalStatus: Status? {
        switch self {
        case .expiring, .expired: .expired
        case .failing, .failed: .failed
        case .cancelling, .cancelled: .cancelled
        case .awaited, .joined, .pending, .queued, .preparing, .active: nil
        }
    }

    /// Whether somebody must be at work on a row with it.
    package var needsOwner: Bool { self == .pending || self == .preparing || isEnding }

    package func canMove(to next: Status) -> Bool {
        self == next || Self.moves[self]?.contains(next) == true
    }
}

/// A move that the table of states doesn't have; a mistake of the caller's, never of the data's.
package struct IllegalMove: Error, CustomStringConvertible {
    package let from: Status
    package let to: Status

    package var description: String { "a reservation can't go from \(from.rawValue) to \(to.rawValue)" }
}
