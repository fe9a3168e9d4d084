package import Reservations

/// The rows that a look at the whole fleet needs.
package typealias FleetTablesLook = ReservationLedger & WorkerRoster & FleetRegister & CleanupLedger
    & QueueCounting

/// What waits for GPUs.
package protocol QueueCounting: Sendable {
    /// How many reservations are queued, by type, as an index shows them.
    func queuedByType() async throws(LedgerError) -> [GPUType: Int]
}

/// Where a look at the whole fleet finds it.
package struct FleetSources: Sendable {
    package let tables: any FleetTablesLook
    /// What nobody has accepted, by topic.
    package let lag: @Sendable () async throws -> [String: Int64]
    package let time: any Timepiece

    package init(
        tables: any FleetTablesLook,
        lag: @escaping @Sendable () async throws -> [String: Int64],
        time: any Timepiece
    ) {
        self.tables = tables
        self.lag = lag
        self.time = time
    }
}
