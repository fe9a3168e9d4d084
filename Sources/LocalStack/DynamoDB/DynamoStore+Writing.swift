extension DynamoStore {
    /// Performs an operation and counts what it writes.
    mutating func perform(_ operation: DynamoOperation, _ call: DynamoCall, now: DynamoMoment) throws
        -> DynamoJSON
    {
        do {
            let answer = try operation.perform(call, on: &self, now: now)
            if operation.isWrite { tally.end(operation) }
            return answer
        } catch {
            if operation.isWrite { tally.refuse(operation, tables: operation.tables(of: call)) }
            throw error
        }
    }
}

/// PutItem, UpdateItem and DeleteItem.
extension DynamoStore {
    mutating func write(_ request: DynamoWriteRequest, now: DynamoMoment) throws -> DynamoJSON {
        let table = try table(request.tableName, now: now)
        let write = try request.plan(on: table)
        guard allows(1, on: table, now: now) else { throw DynamoError.throttled }
        commit(write, now: now)
        guard let shown = Self.shown(write, request), !shown.isEmpty else { return .object([:]) }
        return .object(["Attributes": .object(shown.mapValues(\.json))])
    }

    private static func shown(_ write: DynamoWrite, _ request: DynamoWriteRequest) -> DynamoItem? {
        guard case .update(_, let update) = request.action else {
            return request.returnValues == "ALL_OLD" ? write.old : nil
        }
        let changed = DynamoProjection(paths: update.paths)
        switch request.returnValues {
        case "ALL_OLD": return write.old
        case "ALL_NEW": return write.new
        case "UPDATED_OLD": return write.old.map(changed.applied)
        case "UPDATED_NEW": return write.new.map(changed.applied)
        default: return nil
        }
    }
}
