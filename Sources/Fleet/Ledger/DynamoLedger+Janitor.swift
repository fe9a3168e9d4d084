import AWS
package import Foundation
package import Reservations

extension DynamoLedger: CleanupLedger {
    package func cleanup(_ volume: VolumeID) async throws(LedgerError) -> Cleanup? {
        try await row(Cleanup.self, key: ["volume_id": .s(volume.rawValue)])
    }

    package func cleanups(_ volumes: [VolumeID]) async throws(LedgerError) -> [Cleanup] {
        try await rows(volumes.map { ["volume_id": .s($0.rawValue)] }, of: names.cleanups)
    }

    package func dueCleanups(before time: Date, limit: Int) async throws(LedgerError) -> [VolumeID] {
        let query = DynamoDB.Query(
            table: names.cleanups,
            index: FleetTables.dueIndex,
            keyCondition: "#open = :open AND #due < :time",
            placeholders: .init(
                names: ["#open": "open", "#due": "due_at", "#id": "volume_id"],
                values: [":open": .s(FleetTables.openKey), ":time": .s(LedgerTime.text(time))]
            ),
            projection: "#id",
            limit: min(max(limit, 1), 1_000)
        )
        var volumes: [VolumeID] = []
        for item in try await firstItems(query, atMost: limit) {
            guard let volume = item["volume_id"]?.string.flatMap(VolumeID.init(rawValue:)) else {
                throw LedgerError(.malformed, "\(names.cleanups) has a row without a volume's id")
            }
            volumes.append(volume)
        }
        return volumes
    }
}

extension DynamoLedger: FleetRegister {
    package func fleetID() async throws(LedgerError) -> FleetID? {
        let item: Item?
        do {
            item = try await database.getItem(
                DynamoDB.GetItem(table: names.fleet, key: FleetTables.fleetKey)
            )
        } catch {
            // Without the table, nobody ever set the tables up.
            if error.code == .resourceNotFound { return nil }
            throw LedgerError(error, "reading \(names.fleet)")
        }
        guard let item else { return nil }
        guard let id = item[FleetTables.fleetIDAttribute]?.string.flatMap(FleetID.init(rawValue:)) else {
            throw LedgerError(.malformed, "the row of the fleet has no id")
        }
        return id
    }

    package func fleetRow() async throws(LedgerError) -> FleetRow? {
        try await row(FleetRow.self, key: FleetTables.fleetKey)
    }

    package func sweepLease() async throws(LedgerError) -> SweepLease? {
        try await row(SweepLease.self, key: ["fleet_row": .s(SweepLease.key)])
    }
}

/// What a pass over everything reads: in pages and batches, so that calls don't grow with the rows.
extension DynamoLedger {
    package func reservations(_ ids: [ReservationID]) async throws(LedgerError) -> [Reservation] {
        try await rows(ids.map { ["reservation_id": .s($0.rawValue)] }, of: names.reservations)
    }

    package func disks(_ keys: [DiskKey]) async throws(LedgerError) -> [Disk] {
        try await rows(
            keys.map { ["user_id": .s($0.userID.rawValue), "disk_name": .s($0.name.rawValue)] },
            of: names.disks
        )
    }

    /// Rows by their keys, which must differ.
    private func rows<Row: StoredRow>(_ keys: [Item], of table: String) async throws(LedgerError) -> [Row] {
        var rows: [Row] = []
        for start in stride(from: 0, to: keys.count, by: DynamoDB.maxBatchKeys) {
            let some = keys[start..<min(start + DynamoDB.maxBatchKeys, keys.count)]
            for item in try await batch(Array(some), of: table) { rows.append(try Row(item: item)) }
        }
        return rows
    }

    /// Keys that DynamoDB puts off are asked for again; those that it puts off for ever are an error.
    private func batch(_ keys: [Item], of table: String) async throws(LedgerError) -> [Item] {
        var items: [Item] = []
        var left = keys
        for _ in 0..<Self.mostRounds where !left.isEmpty {
            do {
                let found = try await database.batchGetItem(table: table, keys: left)
                items += found.items
                left = found.unprocessed
            } catch {
                throw LedgerError(error, "reading \(table)")
            }
        }
        guard left.isEmpty else {
            throw LedgerError(.unavailable, "\(table) didn't give \(left.count) rows that were asked for")
        }
        return items
    }

    /// A batch gives at most 16 MB, and 100 rows of 16 KB are far less: a second round means throttling.
    private static let mostRounds = 20

    package func reservationCount(
        from start: Date,
        to end: Date
    ) async throws(LedgerError) -> Int {
        var count = 0
        for status in Status.allCases {
            var query = DynamoDB.Query(
                table: names.reservations,
                index: FleetTables.ReservationIndex.status.rawValue,
                keyCondition: "#status = :status AND #made BETWEEN :start AND :end",
                placeholders: .init(
                    names: ["#status": "status", "#made": "created_at", "#id": "reservation_id"],
                    values: [
                        ":status": .s(status.rawValue), ":start": .s(LedgerTime.text(start)),
                        ":end": .s(LedgerTime.text(end)),
                    ]
                ),
                projection: "#id"
            )
            // Counted page by page, so that nothing is held.
            repeat {
                do {
                    let page = try await database.query(query)
                    count += page.items.count
                    query.start = page.next
                } catch {
                    throw LedgerError(error, "counting \(names.reservations)")
                }
            } while query.start != nil
        }
        return count
    }

    package func disks(after token: DiskKey?) async throws(LedgerError) -> DiskPage {
        let start = token.map { key -> Item in
            ["user_id": .s(key.userID.rawValue), "disk_name": .s(key.name.rawValue)]
        }
        let page: DynamoDB.Page
        do {
            page = try await database.scan(.init(table: names.disks, consistent: true, start: start))
        } catch {
            throw LedgerError(error, "reading \(names.disks)")
        }
        var disks: [Disk] = []
        for item in page.items { disks.append(try Disk(item: item)) }
        guard let next = page.next else { return DiskPage(disks: disks, next: nil) }
        guard let user = next["user_id"]?.string.flatMap(UserID.init(rawValue:)),
            let name = next["disk_name"]?.string.flatMap(DiskName.init(rawValue:))
        else { throw LedgerError(.malformed, "\(names.disks) has a row whose key names no disk") }
        return DiskPage(disks: disks, next: DiskKey(userID: user, name: name))
    }

    package func allCapacity() async throws(LedgerError) -> [NodeCapacity] {
        let page: DynamoDB.Page
        do {
            let scan = DynamoDB.Scan(table: names.capacity, consistent: true)
            page = try await database.scanAll(scan, atMost: Self.mostItems)
        } catch {
            throw LedgerError(error, "reading \(names.capacity)")
        }
        var rows: [NodeCapacity] = []
        for item in try Self.whole(page, of: names.capacity) { rows.append(try NodeCapacity(item: item)) }
        return rows
    }
}
