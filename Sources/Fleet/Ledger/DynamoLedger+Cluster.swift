import AWS
package import Foundation
package import Reservations

/// Which cluster the fleet's pods run in: an attribute of the fleet's row, written once.
extension DynamoLedger {
    static let clusterAttribute = "cluster_uid"

    package func cluster(orClaim uid: String) async throws(LedgerError) -> String {
        let update = DynamoDB.UpdateItem(
            table: names.fleet,
            key: FleetTables.fleetKey,
            update: "SET #cluster = :uid",
            condition: "attribute_exists(fleet_row) AND attribute_not_exists(#cluster)",
            placeholders: .init(names: ["#cluster": Self.clusterAttribute], values: [":uid": .s(uid)])
        )
        if let standing = try await cluster() { return standing }
        do {
            try await database.updateItem(update)
            return uid
        } catch {
            guard case .conditionalCheckFailed = error.code else {
                throw LedgerError(error, "writing the fleet's cluster")
            }
        }
        guard let standing = try await cluster() else {
            throw LedgerError(.unavailable, "the fleet's row is gone, or its cluster was just forgotten")
        }
        return standing
    }

    /// The uid that stands; nil before a worker wrote one.
    package func cluster() async throws(LedgerError) -> String? {
        guard let item = try await item(of: names.fleet, key: FleetTables.fleetKey) else { return nil }
        guard let value = item[Self.clusterAttribute] else { return nil }
        guard let uid = value.string, !uid.isEmpty else {
            throw LedgerError(.malformed, "the fleet's cluster is no text")
        }
        return uid
    }

    /// Forgets the cluster, so that the next worker's becomes the fleet's; why and by whom stays in the row.
    ///
    /// - Throws: `LedgerError`; `refused` if another stands there by now.
    package func forgetCluster(
        _ uid: String,
        by operatorName: String,
        because reason: String,
        at now: Date
    ) async throws(LedgerError) {
        let update = DynamoDB.UpdateItem(
            table: names.fleet,
            key: FleetTables.fleetKey,
            update:
                "REMOVE #cluster SET cluster_before = :uid, cluster_reason = :why, cluster_operator = :who, "
                + "cluster_forgotten_at = :at",
            condition: "#cluster = :uid",
            placeholders: .init(
                names: ["#cluster": Self.clusterAttribute],
                values: [
                    ":uid": .s(uid), ":why": .s(String(reason.prefix(500))), ":who": .s(operatorName),
                    ":at": .s(LedgerTime.text(now)),
                ]
            )
        )
        do {
            try await database.updateItem(update)
        } catch {
            throw LedgerError(error, "forgetting the fleet's cluster")
        }
    }
}
