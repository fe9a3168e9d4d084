import AWS
package import Foundation
package import Reservations

extension DynamoLedger: CleanupLedger {
    package func cleanup(_ volume: VolumeID) async throws(LedgerError) -> Cleanup? {
        try await row(Cleanup.self, key: ["volume_id": .s(volume.rawValue)])
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
}
