import Foundation

extension Janitor {
    /// How many running servers' volumes are looked for in the listing.
    private static let mostWitnesses = 50

    /// Volumes that running servers have: a listing without them isn't the whole one, or another world's.
    func witnesses() async throws -> Set<VolumeID> {
        let active = try await ports.cleanups.reservations(with: .active, limit: Self.mostWitnesses)
        let rows: [Reservation]
        do { rows = try await ports.cleanups.reservations(active) } catch {
            guard error.code == .malformed else { throw error }
            return []
        }
        return Set(rows.filter { $0.status == .active }.compactMap { $0.podIntent?.storage.volume })
    }

    /// Compares a listing with what the tables know, and stops everything if the world looks wrong.
    ///
    /// - Returns: why nothing may be deleted; nil if all is well, and the census is then written.
    func distrust(_ listing: FleetListing, isDryRun: Bool) async throws -> String? {
        guard let row = try await standing() else {
            ports.journal.alert("the fleet's row is missing: nothing is deleted", [:])
            return "the fleet's row is missing"
        }
        guard row.fleet == fleet else {
            let details = ["fleet": row.fleet.rawValue]
            ports.journal.alert("the tables belong to another fleet: nothing is deleted", details)
            return "the tables belong to fleet \(row.fleet)"
        }
        if let stop = row.stop { return "\(stop.cause.rawValue): \(stop.detail)" }
        // Without the services' time nothing is deleted by age, and nothing is counted.
        guard let now = ports.time.serviceNow() else { return nil }
        if let stop = try await wrongWorld(listing, row, at: now) {
            if !isDryRun { try await self.stop(row, stop) }
            return "\(stop.cause.rawValue): \(stop.detail)"
        }
        if !isDryRun { try await write(census: listing.count, row, at: now) }
        return nil
    }

    private func wrongWorld(_ listing: FleetListing, _ row: FleetRow, at now: Date) async throws
        -> FleetRow.Stop?
    {
        if let census = row.census {
            let rows = try await ports.cleanups.reservationCount(from: census.from, to: census.at)
            if rows < (census.rows + 1) / 2 {
                let detail = "\(census.rows) rows were there at the last sweep, \(rows) of them are left"
                return FleetRow.Stop(.rowsHalved, detail, at: now)
            }
        }
        guard !listing.witnesses.isEmpty else { return nil }
        // Some may have ended meanwhile: only what still runs bears witness.
        let missing = listing.witnesses.intersection(try await witnesses())
        guard !missing.isEmpty else { return nil }
        let found = try await ports.volumes.volumes(missing.sorted())
        if !found.isEmpty {
            let detail = "\(found.count) volumes of running servers exist and weren't listed"
            return FleetRow.Stop(.listingCut, detail, at: now)
        }
        guard listing.count == 0 else { return nil }
        let detail = "no volume was listed, and \(missing.count) servers run with one"
        return FleetRow.Stop(.listingEmpty, detail, at: now)
    }

    /// Rows of the last half of the time for which they are kept: none can be purged before the next sweep.
    private func write(census volumes: Int, _ row: FleetRow, at now: Date) async throws {
        let from = now.addingTimeInterval(-(policy.purgeAfter / .seconds(1)) / 2)
        let rows = try await ports.cleanups.reservationCount(from: from, to: now)
        var next = row
        next.census = Census(at: now, volumes: volumes, rows: rows, from: from)
        // Refused: a deletion was counted meanwhile, and the next sweep counts again.
        _ = try await commitUnlessRefused([.fleet(from: row, to: next)])
    }
}
