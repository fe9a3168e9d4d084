package import Foundation

/// The one row that says which fleet the tables belong to, with what bounds its janitors together.
package struct FleetRow: Codable, Sendable, Equatable {
    /// The key of the row in `fleet`.
    package static let key = "fleet"

    private let row: String
    package let fleet: FleetID
    package var budget: DeletionBudget
    /// Set: no janitor deletes anything until a person resumes it.
    package var stop: Stop?
    /// What the last complete sweep counted.
    package var census: Census?
    package var version: Int
    package var writeID: String

    /// Why and since when the janitors stand still.
    package struct Stop: Codable, Sendable, Equatable {
        package let cause: StopCause
        package let detail: String
        package let at: Date

        package init(_ cause: StopCause, _ detail: String, at: Date) {
            self.cause = cause
            self.detail = detail
            self.at = at
        }
    }

    enum CodingKeys: String, CodingKey {
        case row = "fleet_row"
        case fleet = "fleet_id"
        case budget, stop, census, version
        case writeID = "write_id"
    }

    package init(fleet: FleetID) {
        row = Self.key
        self.fleet = fleet
        budget = DeletionBudget()
        version = 0
        writeID = ""
    }
}

/// What makes the janitors stop.
package enum StopCause: String, Codable, Sendable, CaseIterable {
    case budgetSpent = "budget_spent"
    case rowsHalved = "rows_halved"
    case listingEmpty = "listing_empty"
    case listingCut = "listing_cut"
    case byPerson = "by_person"
}

/// What a complete sweep counted.
package struct Census: Codable, Sendable, Equatable {
    /// By the services' time.
    package let at: Date
    package let volumes: Int
    /// Rows made between ``from`` and ``at``: none of them can be due for purge before the next sweep.
    package let rows: Int
    package let from: Date

    package init(at: Date, volumes: Int, rows: Int, from: Date) {
        self.at = at
        self.volumes = volumes
        self.rows = rows
        self.from = from
    }
}

/// Unexpected deletions of the last 24 hours, counted by the hour.
package struct DeletionBudget: Codable, Sendable, Equatable {
    package struct Hour: Codable, Sendable, Equatable {
        /// Hours since 1970, by the services' time.
        package let hour: Int
        package var count: Int
    }

    /// Over how many hours deletions are added up.
    static let span = 24

    package private(set) var hours: [Hour]

    package init() { hours = [] }

    /// How many were counted in the 24 hours before.
    package func spent(at time: Date) -> Int {
        let now = Self.hour(time)
        return hours.filter { $0.hour > now - Self.span }.reduce(0) { $0 + $1.count }
    }

    /// One more, if there is room for it; nil if there is none.
    package func charging(at time: Date, allowance: Int) -> DeletionBudget? {
        guard spent(at: time) < allowance else { return nil }
        let now = Self.hour(time)
        var next = self
        next.hours.removeAll { $0.hour <= now - Self.span }
        if let index = next.hours.firstIndex(where: { $0.hour == now }) {
            next.hours[index].count += 1
        } else {
            next.hours.append(Hour(hour: now, count: 1))
        }
        return next
    }

    private static func hour(_ time: Date) -> Int { Int((time.timeIntervalSince1970 / 3600).rounded(.down)) }
}

/// Keeps two sweeps from running at once: a row of `fleet`.
package struct SweepLease: Codable, Sendable, Equatable {
    package static let key = "sweep"

    private let row: String
    /// Nil: nobody sweeps.
    package var holder: String?
    /// Grows while the holder lives; nobody compares clocks.
    package var beat: Int
    package var startedAt: Date
    package var version: Int
    package var writeID: String

    enum CodingKeys: String, CodingKey {
        case row = "fleet_row"
        case holder, beat
        case startedAt = "started_at"
        case version
        case writeID = "write_id"
    }

    package init(holder: String, startedAt: Date) {
        row = Self.key
        self.holder = holder
        beat = 0
        self.startedAt = startedAt
        version = 0
        writeID = ""
    }
}
