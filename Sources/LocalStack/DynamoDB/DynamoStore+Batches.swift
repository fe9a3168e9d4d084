/// BatchWriteItem: many writes without conditions, each by itself.
extension DynamoStore {
    static let maximumBatchWrites = 25

    mutating func batchWriteItem(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        let requests = try call.required("RequestItems", call["RequestItems"]?.object)
        let total = requests.values.reduce(0) { $0 + ($1.array?.count ?? 0) }
        guard total > 0 else {
            throw DynamoError.constraint(
                "'{}'",
                at: "requestItems",
                "Member must have length greater than or equal to 1"
            )
        }
        guard total <= Self.maximumBatchWrites else {
            throw DynamoError.validation("Too many items requested for the BatchWriteItem call")
        }
        var planned: [(name: String, wire: DynamoJSON, write: DynamoWrite)] = []
        for name in requests.keys.sorted() {
            let table = try table(name, now: now)
            var seen = DynamoRows()
            for wire in requests[name]?.array ?? [] {
                let write = try Self.request(DynamoCall(wire), on: name).plan(on: table)
                let position = DynamoPosition(key: write.key)
                guard seen[position] == nil else {
                    throw DynamoError.validation("Provided list of item keys contains duplicates")
                }
                seen.put(DynamoRow(position: position, item: [:]))
                planned.append((name, wire, write))
            }
        }
        return try commit(planned, now: now)
    }

    /// Does what the rate allows and names the rest; if it allows nothing, that is an error.
    private mutating func commit(
        _ planned: [(name: String, wire: DynamoJSON, write: DynamoWrite)],
        now: DynamoMoment
    ) throws -> DynamoJSON {
        var unprocessed: [String: [DynamoJSON]] = [:]
        for (name, wire, write) in planned {
            if allows(1, on: write.table, now: now) {
                commit(write, now: now)
            } else {
                unprocessed[name, default: []].append(wire)
            }
        }
        let left = unprocessed.values.reduce(0) { $0 + $1.count }
        guard left < planned.count else { throw DynamoError.throttled }
        return .object(["UnprocessedItems": .object(unprocessed.mapValues { .array($0) })])
    }

    private static func request(_ call: DynamoCall, on table: String) throws -> DynamoWriteRequest {
        func named(_ members: DynamoCall) -> DynamoCall {
            var object = members.json.object ?? [:]
            object["TableName"] = .string(table)
            return DynamoCall(.object(object))
        }
        switch (try call.part("PutRequest"), try call.part("DeleteRequest")) {
        case (let put?, nil): return try DynamoWriteRequest(put: named(put))
        case (nil, let delete?): return try DynamoWriteRequest(delete: named(delete))
        default:
            throw DynamoError.validation(
                "Supplied AttributeValue has more than one datatypes set, "
                    + "must contain exactly one of PutRequest and DeleteRequest"
            )
        }
    }
}
