/// TransactWriteItems: all or nothing.
extension DynamoStore {
    static let maximumTransactionActions = 100
    static let maximumTransactionSize = 4 * 1024 * 1024

    mutating func transactWriteItems(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        let parts = try call.required("TransactItems", call.parts("TransactItems"))
        try Self.checkTransaction(count: parts.count)
        let token = try Self.token(call)
        let fingerprint = DynamoFingerprint(call.json["TransactItems"] ?? .null)
        if let token {
            switch tokens.recall(token, fingerprint, now: now) {
            case .same: return .object([:])
            case .other: throw DynamoError.tokenMismatch
            case .unknown: break
            }
        }
        let requests = try parts.map(Self.request)
        let tables = try requests.map { try table($0.tableName, now: now) }
        try Self.checkDistinct(requests, tables)
        let writes = try plan(requests, on: tables, now: now)
        for write in writes { commit(write, now: now) }
        if let token { tokens.remember(token, fingerprint, life: settings.tokenLife, now: now) }
        return .object([:])
    }

    static func checkTransaction(count: Int) throws {
        guard count >= 1 else {
            throw DynamoError.constraint(
                "'[]'",
                at: "transactItems",
                "Member must have length greater than or equal to 1"
            )
        }
        guard count <= maximumTransactionActions else {
            throw DynamoError.constraint(
                "'[\(count) actions]'",
                at: "transactItems",
                "Member must have length less than or equal to \(maximumTransactionActions)"
            )
        }
    }

    static func checkTransaction(size: Int) throws {
        guard size <= maximumTransactionSize else {
            throw DynamoError.validation(
                "Collection size of transaction items has exceeded the limit of 4 MB"
            )
        }
    }

    private static func token(_ call: DynamoCall) throws -> String? {
        guard let token = try call.string("ClientRequestToken") else { return nil }
        guard (1...36).contains(token.utf8.count) else {
            let rule = token.isEmpty ? "greater than or equal to 1" : "less than or equal to 36"
            throw DynamoError.constraint(
                "'\(token)'",
                at: "clientRequestToken",
                "Member must have length \(rule)"
            )
        }
        return token
    }

    private static func request(_ part: DynamoCall) throws -> DynamoWriteRequest {
        let members = part.json.object?.filter { $0.value != .null } ?? [:]
        guard members.count == 1 else {
            throw DynamoError.validation(
                "TransactItems can only contain one of Check, Put, Update or Delete"
            )
        }
        if let call = try part.part("Put") { return try DynamoWriteRequest(put: call) }
        if let call = try part.part("Update") {
            _ = try call.required("UpdateExpression", call.string("UpdateExpression"))
            return try DynamoWriteRequest(update: call)
        }
        if let call = try part.part("Delete") { return try DynamoWriteRequest(delete: call) }
        if let call = try part.part("ConditionCheck") { return try DynamoWriteRequest(check: call) }
        throw DynamoError.validation("TransactItems can only contain one of Check, Put, Update or Delete")
    }

    private static func checkDistinct(_ requests: [DynamoWriteRequest], _ tables: [DynamoTable]) throws {
        var seen: [String: DynamoRows] = [:]
        for (request, table) in zip(requests, tables) {
            // A key that doesn't fit the table is the plan's to report, as that action's reason.
            guard let key = try? request.key(in: table) else { continue }
            let position = DynamoPosition(key: key)
            guard seen[table.name]?[position] == nil else {
                throw DynamoError.validation(
                    "Transaction request cannot include multiple operations on one item"
                )
            }
            seen[table.name, default: DynamoRows()].put(DynamoRow(position: position, item: [:]))
        }
    }

    /// Throws: `DynamoError` with one reason an action if any of them can't be done.
    private func plan(
        _ requests: [DynamoWriteRequest],
        on tables: [DynamoTable],
        now: DynamoMoment
    ) throws -> [DynamoWrite] {
        var writes: [DynamoWrite] = []
        var reasons: [DynamoError.Reason] = []
        for (request, table) in zip(requests, tables) {
            do {
                writes.append(try request.plan(on: table))
                reasons.append(.none)
            } catch let error as DynamoError {
                reasons.append(Self.reason(error))
            }
        }
        guard writes.count == requests.count else { throw DynamoError.transactionCanceled(reasons) }
        try Self.checkTransaction(size: writes.reduce(0) { $0 + ($1.new ?? $1.old ?? [:]).size })
        try checkRate(tables, now: now)
        return writes
    }

    private static func reason(_ error: DynamoError) -> DynamoError.Reason {
        switch error.code {
        case "ConditionalCheckFailedException":
            DynamoError.Reason(code: "ConditionalCheckFailed", message: error.message, item: error.item)
        default: DynamoError.Reason(code: "ValidationError", message: error.message)
        }
    }

    private func checkRate(_ tables: [DynamoTable], now: DynamoMoment) throws {
        let groups = Dictionary(grouping: tables, by: \.name)
        for group in groups.values {
            guard let table = group.first, !allows(group.count, on: table, now: now) else { continue }
            throw DynamoError.transactionCanceled(
                tables.map { each in
                    guard each.name == table.name else { return .none }
                    return DynamoError.Reason(
                        code: "ProvisionedThroughputExceeded",
                        message: DynamoError.throttled.message
                    )
                }
            )
        }
    }
}
