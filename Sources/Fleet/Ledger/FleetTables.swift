package import AWS
package import Reservations

/// Makes the tables of a fleet, or says what is missing.
package struct FleetTables: Sendable {
    package let names: TableNames
    private let database: DynamoDB
    private let time: any Timepiece
    private let chance: any Chance

    package init(
        _ database: DynamoDB,
        names: TableNames = TableNames(),
        time: any Timepiece,
        chance: any Chance
    ) {
        self.database = database
        self.names = names
        self.time = time
        self.chance = chance
    }

    /// Makes whatever of the tables isn't there, and the row that names the fleet.
    ///
    /// Doing it twice, or at two places at once, is as doing it once. Tables that are there are left as they
    /// are, even if they lack an index: ``check()`` names it.
    ///
    /// - Parameter limit: how long the tables may take to become active, all together.
    /// - Returns: the fleet's id: the one that stands, whoever wrote it.
    /// - Throws: `LedgerError`; `unavailable` if they didn't become active in time.
    @discardableResult
    package func create(within limit: Duration = .seconds(180)) async throws(LedgerError) -> FleetID {
        let deadline = time.monotonic() + limit
        let definitions = Self.definitions(names)
        for definition in definitions { try await create(definition) }
        for definition in definitions { try await waitUntilActive(definition.name, deadline: deadline) }
        for table in Self.expiring(names) { try await expireRows(of: table) }
        return try await nameFleet()
    }

    /// What is missing, in words; empty if nothing is.
    ///
    /// - Throws: `LedgerError`, if DynamoDB didn't say.
    package func check() async throws(LedgerError) -> [String] {
        var missing: [String] = []
        for definition in Self.definitions(names) {
            guard let table = try await describe(definition.name) else {
                missing.append("table \(definition.name)")
                continue
            }
            if !table.isUsable { missing.append("table \(table.name) is \(table.status), not active") }
            for index in definition.indexes {
                switch table.indexes[index.name] {
                case nil: missing.append("index \(index.name) of table \(table.name)")
                case .active?, .updating?: break
                case let status?:
                    missing.append("index \(index.name) of table \(table.name) is \(status), not active")
                }
            }
        }
        if missing.contains("table \(names.fleet)") { return missing }
        if try await readFleetID() == nil { missing.append("the fleet's row in table \(names.fleet)") }
        return missing
    }

    private func create(_ definition: DynamoDB.TableDefinition) async throws(LedgerError) {
        do {
            try await database.createTable(definition)
        } catch {
            // It is there, or somebody is making it.
            if error.code == .resourceInUse { return }
            throw LedgerError(error, "making table \(definition.name)")
        }
    }

    private func describe(_ table: String) async throws(LedgerError) -> DynamoDB.TableDescription? {
        do {
            return try await database.describeTable(table)
        } catch {
            if error.code == .resourceNotFound { return nil }
            throw LedgerError(error, "describing table \(table)")
        }
    }

    private func waitUntilActive(_ table: String, deadline: Duration) async throws(LedgerError) {
        var pause = Duration.milliseconds(250)
        while true {
            // Just after it was made, a table may not be found yet.
            if let found = try await describe(table), found.isUsable,
                found.indexes.values.allSatisfy(\.isUsable)
            {
                return
            }
            guard time.monotonic() + pause < deadline else {
                throw LedgerError(.unavailable, "table \(table) didn't become active in time")
            }
            do {
                try await time.sleep(for: pause)
            } catch {
                throw LedgerError(.unavailable, "interrupted while table \(table) was being made")
            }
            pause = min(pause * 2, .seconds(5))
        }
    }

    private func expireRows(of table: String) async throws(LedgerError) {
        do {
            try await database.updateTimeToLive(table: table, attribute: Self.purgeAttribute)
        } catch {
            // Only the text tells that it is as it should be from other faults of the same code.
            if error.code == .validation, error.message.lowercased().contains("already enabled") { return }
            throw LedgerError(error, "setting the time to live of \(table)")
        }
    }

    private func nameFleet() async throws(LedgerError) -> FleetID {
        let id = FleetID(unchecked: "fleet-" + chance.hex(bytes: 8))
        var item = Self.fleetKey
        item[Self.fleetIDAttribute] = .s(id.rawValue)
        item["created_at"] = .s(LedgerTime.text(time.now()))
        do {
            let condition = RowCondition(absenceOf: "fleet_row")
            try await database.putItem(condition.put(item, into: names.fleet))
            return id
        } catch {
            guard case .conditionalCheckFailed = error.code else {
                throw LedgerError(error, "naming the fleet")
            }
        }
        guard let standing = try await readFleetID() else {
            throw LedgerError(.unavailable, "the fleet's row was there and is gone")
        }
        return standing
    }

    private func readFleetID() async throws(LedgerError) -> FleetID? {
        try await DynamoLedger(database, names: names, chance: chance).fleetID()
    }
}

extension DynamoDB.TableDescription {
    fileprivate var isUsable: Bool { status.isUsable }
}

extension DynamoDB.TableDescription.Status {
    /// Whether rows can be read and written meanwhile.
    fileprivate var isUsable: Bool { self == .active || self == .updating }
}
