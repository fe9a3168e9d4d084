package import Foundation

/// A worker process in the ledger `workers`.
package struct WorkerRow: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case alive
        case dead
    }

    package let id: WorkerID
    /// Grows with each beat; who sees the same one for a whole lease may declare its worker dead.
    package var beat: Int
    package var state: State
    package let host: String
    package let softwareVersion: String
    package var inFlight: Int
    package let startedAt: Date
    /// Seconds since 1970 after which the table may drop the row; set only once nothing of a dead worker's is left.
    package var purgeAt: Int?

    enum CodingKeys: String, CodingKey {
        case id = "worker_id"
        case beat, state, host
        case softwareVersion = "software_version"
        case inFlight = "in_flight"
        case startedAt = "started_at"
        case purgeAt = "purge_at"
    }

    package init(
        id: WorkerID,
        beat: Int,
        state: State,
        host: String,
        softwareVersion: String,
        inFlight: Int,
        startedAt: Date,
        purgeAt: Int? = nil
    ) {
        self.id = id
        self.beat = beat
        self.state = state
        self.host = host
        self.softwareVersion = softwareVersion
        self.inFlight = inFlight
        self.startedAt = startedAt
        self.purgeAt = purgeAt
    }
}
