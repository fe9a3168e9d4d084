/// GetItem, BatchGetItem and TransactGetItems.
extension DynamoStore {
    func getItem(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        try call.refuse(legacy: "AttributesToGet")
        let table = try table(call.tableName(), now: now)
        let key = try table.keys.key(given: call.required("Key", call.attributes("Key")))
        let projection = try Self.projection(call)
        let rows = table.rows(isConsistent: try call.bool("ConsistentRead") ?? false, now: now)
        guard let item = rows[DynamoPosition(key: key)]?.item else { return .object([:]) }
        return .object(["Item": Self.render(item, projection)])
    }

    func batchGetItem(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        let requests = try call.required("RequestItems", call["RequestItems"]?.object)
        let total = requests.values.reduce(0) { $0 + ($1["Keys"]?.array?.count ?? 0) }
        guard total > 0 else {
            throw DynamoError.constraint(
                "'{}'",
                at: "requestItems",
                "Member must have length greater than or equal to 1"
            )
        }
        guard total <= 100 else {
            throw DynamoError.validation("Too many items requested for the BatchGetItem call")
        }
        var size = 0
        var answers: [String: DynamoJSON] = [:]
        var unprocessed: [String: DynamoJSON] = [:]
        for name in requests.keys.sorted() {
            let part = DynamoCall(requests[name] ?? .null)
            let (items, rest) = try batch(part, on: try table(name, now: now), size: &size, now: now)
            answers[name] = .array(items)
            if !rest.isEmpty {
                var members = part.json.object ?? [:]
                members["Keys"] = .array(rest)
                unprocessed[name] = .object(members)
            }
        }
        return .object(["Responses": .object(answers), "UnprocessedKeys": .object(unprocessed)])
    }

    /// An answer is cut beyond this many bytes; what is left is named in `UnprocessedKeys`.
    private static let maximumBatchSize = 16 * 1024 * 1024

    private func batch(
        _ call: DynamoCall,
        on table: DynamoTable,
        size: inout Int,
        now: DynamoMoment
    ) throws -> (items: [DynamoJSON], rest: [DynamoJSON]) {
        try call.refuse(legacy: "AttributesToGet")
        let projection = try Self.projection(call)
        let rows = table.rows(isConsistent: try call.bool("ConsistentRead") ?? false, now: now)
        var seen = DynamoRows()
        var items: [DynamoJSON] = []
        var rest: [DynamoJSON] = []
        for wire in try call.required("Keys", call["Keys"]?.array) {
            let attributes = try DynamoCall(.object(["Key": wire])).attributes("Key") ?? [:]
            let position = DynamoPosition(key: try table.keys.key(given: attributes))
            guard seen[position] == nil else {
                throw DynamoError.validation("Provided list of item keys contains duplicates")
            }
            seen.put(DynamoRow(position: position, item: [:]))
            guard let row = rows[position] else { continue }
            size += row.size
            if size > Self.maximumBatchSize {
                rest.append(wire)
            } else {
                items.append(Self.render(row.item, projection))
            }
        }
        return (items, rest)
    }

    func transactGetItems(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        let parts = try call.required("TransactItems", call.parts("TransactItems"))
        try Self.checkTransaction(count: parts.count)
        let answers = try parts.map { part in
            let get = try part.required("Get", part.part("Get"))
            let table = try table(get.tableName(), now: now)
            let key = try table.keys.key(given: get.required("Key", get.attributes("Key")))
            let projection = try Self.projection(get)
            guard let row = table[key] else { return (size: 0, DynamoJSON.object([:])) }
            return (size: row.size, .object(["Item": Self.render(row.item, projection)]))
        }
        try Self.checkTransaction(size: answers.reduce(0) { $0 + $1.size })
        return .object(["Responses": .array(answers.map(\.1))])
    }

    private static func projection(_ call: DynamoCall) throws -> DynamoProjection? {
        var placeholders = try DynamoPlaceholders(call)
        let text = try call.string("ProjectionExpression")
        let projection = try text.map { try DynamoProjection($0, placeholders: &placeholders) }
        try placeholders.checkUse(byExpressions: [(.projection, text != nil)])
        return projection
    }

    static func render(_ item: DynamoItem, _ projection: DynamoProjection?) -> DynamoJSON {
        .object((projection?.applied(to: item) ?? item).mapValues(\.json))
    }
}
