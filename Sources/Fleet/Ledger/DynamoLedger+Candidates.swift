import AWS
package import Foundation
package import Reservations

/// Candidates, from indexes that may lag: each is to be read consistently before anything is decided.
extension DynamoLedger {
    package func work(
        of holder: WorkPlace.Holder,
        urgentOnly: Bool
    ) async throws(LedgerError) -> [ReservationID] {
        let condition = urgentOnly ? "#work = :work AND #order = :urgent" : "#work = :work"
        var placeholders = DynamoDB.Placeholders(names: ["#work": "work"], values: [":work": .s(holder.key)])
        if urgentOnly {
            placeholders.names["#order"] = "work_order"
            placeholders.values[":urgent"] = .s(WorkOrder.urgent)
        }
        return try await reservations(in: .work, condition, placeholders)
    }

    package func reservations(with status: Status) async throws(LedgerError) -> [ReservationID] {
        let placeholders = DynamoDB.Placeholders(
            names: ["#status": "status"],
            values: [":status": .s(status.rawValue)]
        )
        return try await reservations(in: .status, "#status = :status", placeholders)
    }

    /// The queue of a GPU type, in the order in which it is served.
    ///
    /// One index knows the order, another the type: neither rows are read for it nor anything is written.
    package func queue(of type: GPUType) async throws(LedgerError) -> [ReservationID] {
        let placeholders = DynamoDB.Placeholders(
            names: ["#status": "status", "#type": "gpu_type"],
            values: [":status": .s(Status.queued.rawValue), ":type": .s(type.rawValue)]
        )
        let own = Set(
            try await reservations(
                in: .statusAndType,
                "#status = :status AND #type = :type",
                placeholders
            )
        )
        return try await reservations(with: .queued).filter(own.contains)
    }

    package func reservations(
        with status: Status,
        limit: Int
    ) async throws(LedgerError) -> [ReservationID] {
        let placeholders = DynamoDB.Placeholders(
            names: ["#status": "status"],
            values: [":status": .s(status.rawValue)]
        )
        return try await reservations(in: .status, "#status = :status", placeholders, atMost: limit)
    }

    package func reservations(
        of user: UserID,
        limit: Int
    ) async throws(LedgerError) -> [ReservationID] {
        let placeholders = DynamoDB.Placeholders(
            names: ["#user": "user_id"],
            values: [":user": .s(user.rawValue)]
        )
        return try await reservations(
            in: .user,
            "#user = :user",
            placeholders,
            ascending: false,
            atMost: limit
        )
    }

    /// The newest of a status, which may be ended ones: of those there are many.
    package func newest(with status: Status, limit: Int) async throws(LedgerError) -> [ReservationID] {
        let placeholders = DynamoDB.Placeholders(
            names: ["#status": "status"],
            values: [":status": .s(status.rawValue)]
        )
        return try await reservations(
            in: .status,
            "#status = :status",
            placeholders,
            ascending: false,
            atMost: limit
        )
    }

    package func expired(before time: Date) async throws(LedgerError) -> [ReservationID] {
        let placeholders = DynamoDB.Placeholders(
            names: ["#key": "expires_key", "#time": "expires_at"],
            values: [":key": .s(FleetTables.activeKey), ":time": .s(LedgerTime.text(time))]
        )
        return try await reservations(in: .expiry, "#key = :key AND #time < :time", placeholders)
    }

    private func reservations(
        in index: FleetTables.ReservationIndex,
        _ condition: String,
        _ placeholders: DynamoDB.Placeholders,
        ascending: Bool = true,
        atMost limit: Int? = nil
    ) async throws(LedgerError) -> [ReservationID] {
        var query = DynamoDB.Query(
            table: names.reservations,
            index: index.rawValue,
            keyCondition: condition,
            placeholders: placeholders,
            projection: "#id",
            ascending: ascending,
            limit: limit.map { min(max($0, 1), 1_000) }
        )
        query.placeholders.names["#id"] = "reservation_id"
        let found: [Item]
        if let limit {
            found = try await firstItems(query, atMost: limit)
        } else {
            found = try await items(query)
        }
        // The replaced system's locks and caches stand in the same table under names that are no UUID.
        return found.compactMap { $0["reservation_id"]?.string.flatMap(ReservationID.init(rawValue:)) }
    }

    /// The first items of a query: there may be more.
    func firstItems(_ query: DynamoDB.Query, atMost limit: Int) async throws(LedgerError) -> [Item] {
        guard limit > 0 else { return [] }
        do {
            return Array(try await database.queryAll(query, atMost: limit).items.prefix(limit))
        } catch {
            throw LedgerError(error, "reading \(query.table)")
        }
    }
}
