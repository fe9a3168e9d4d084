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
