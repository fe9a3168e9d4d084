package import AWS
package import Reservations

/// The tables in DynamoDB.
///
/// It decides nothing: it writes rows on the conditions that their decisions were made under, and tells a
/// refused write from one whose answer was lost.
package struct DynamoLedger: Sendable {
    package let names: TableNames
    let database: DynamoDB
    let chance: any Chance

    package init(_ database: DynamoDB, names: TableNames = TableNames(), chance: any Chance) {
        self.database = database
        self.names = names
        self.chance = chance
    }

    /// A consistent read of one row.
    func row<Row: StoredRow>(_ type: Row.Type, key: Item) async throws(LedgerError) -> Row? {
        guard let item = try await item(of: Row.table(in: names), key: key) else { return nil }
        return try Row(item: item)
    }

    /// A consistent read of one item.
    func item(of table: String, key: Item) async throws(LedgerError) -> Item? {
        do {
            return try await database.getItem(DynamoDB.GetItem(table: table, key: key))
        } catch {
            throw LedgerError(error, "reading \(table)")
        }
    }

    /// All items of a query, or an error.
    func items(_ query: DynamoDB.Query) async throws(LedgerError) -> [Item] {
        let page: DynamoDB.Page
        do {
            page = try await database.queryAll(query, atMost: Self.mostItems)
        } catch {
            throw LedgerError(error, "reading \(query.table)")
        }
        return try Self.whole(page, of: query.table)
    }

    /// What is cut off is no answer: whoever counts would count too few.
    static func whole(_ page: DynamoDB.Page, of table: String) throws(LedgerError) -> [Item] {
        guard page.next == nil else {
            throw LedgerError(.unavailable, "\(table) has more than \(mostItems) rows of the kind asked for")
        }
        return page.items
    }

    /// No answer is longer; a fleet has thousands of rows.
    static let mostItems = 200_000
}

extension DynamoLedger: ReservationLedger {
    package func reservation(_ id: ReservationID) async throws(LedgerError) -> Reservation? {
        try await row(Reservation.self, key: ["reservation_id": .s(id.rawValue)])
    }

    package func disk(_ key: DiskKey) async throws(LedgerError) -> Disk? {
        try await row(
            Disk.self,
            key: ["user_id": .s(key.userID.rawValue), "disk_name": .s(key.name.rawValue)]
        )
    }

    package func user(_ id: UserID) async throws(LedgerError) -> UserBinding? {
        try await row(UserBinding.self, key: ["user_id": .s(id.rawValue)])
    }

    package func capacity(of type: GPUType) async throws(LedgerError) -> [NodeCapacity] {
        let query = DynamoDB.Query(
            table: names.capacity,
            keyCondition: "#type = :type",
            placeholders: .init(names: ["#type": "gpu_type"], values: [":type": .s(type.rawValue)]),
            consistent: true
        )
        var rows: [NodeCapacity] = []
        for item in try await items(query) { rows.append(try NodeCapacity(item: item)) }
        return rows
    }

    /// Everybody's bindings, by user: for listings.
    package func users() async throws(LedgerError) -> [UserBinding] {
        let page: DynamoDB.Page
        do {
            page = try await database.scanAll(DynamoDB.Scan(table: names.users), atMost: Self.mostItems)
        } catch {
            throw LedgerError(error, "reading \(names.users)")
        }
        var rows: [UserBinding] = []
        for item in try Self.whole(page, of: names.users) { rows.append(try UserBinding(item: item)) }
        return rows.sorted { $0.userID < $1.userID }
    }

    /// The user's disks, by name: for listings.
    package func disks(of user: UserID) async throws(LedgerError) -> [Disk] {
        let query = DynamoDB.Query(
            table: names.disks,
            keyCondition: "#user = :user",
            placeholders: .init(names: ["#user": "user_id"], values: [":user": .s(user.rawValue)]),
            consistent: true
        )
        var rows: [Disk] = []
        for item in try await items(query) { rows.append(try Disk(item: item)) }
        return rows
    }
}
