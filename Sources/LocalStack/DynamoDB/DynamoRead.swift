/// What Query and Scan have in common: which rows are read, filtered, shown and counted.
struct DynamoRead {
    /// A page ends before the rows read for it are larger than this.
    static let maximumPageSize = 1024 * 1024

    var table: DynamoTable
    /// Nil reads the table itself.
    var index: DynamoView?
    var rows: DynamoRows
    var limit: Int?
    var filter: DynamoCondition?
    var projection: DynamoProjection?
    var countsOnly: Bool
    /// The row after which the page begins.
    var start: DynamoPosition?
    var startKey: DynamoItem?

    var keys: DynamoKeySchema { index?.keys ?? table.keys }

    init(_ call: DynamoCall, table: DynamoTable, placeholders: inout DynamoPlaceholders, now: DynamoMoment)
        throws
    {
        self.table = table
        table.settle(now: now)
        let isConsistent = try call.bool("ConsistentRead") ?? false
        let indexName = try call.string("IndexName")
        index = try indexName.map { try Self.index($0, of: table, isConsistent: isConsistent) }
        rows = index?.rows ?? table.rows(isConsistent: isConsistent, now: now)
        limit = try call.int("Limit")
        if let limit, limit < 1 {
            throw DynamoError.constraint(
                "'\(limit)'",
                at: "limit",
                "Member must have value greater than or equal to 1"
            )
        }
        filter = try call.string("FilterExpression").map {
            try DynamoExpressionParser.condition($0, kind: .filter, placeholders: &placeholders)
        }
        projection = try call.string("ProjectionExpression").map {
            try DynamoProjection($0, placeholders: &placeholders)
        }
        countsOnly = false
        try readSelect(call, indexName)
        try readStart(call)
    }

    private static func index(
        _ name: String,
        of table: DynamoTable,
        isConsistent: Bool
    ) throws -> DynamoView {
        guard let index = table.indexes[name] else {
            throw DynamoError.validation("The table does not have the specified index: \(name)")
        }
        guard !isConsistent else {
            throw DynamoError.validation("Consistent reads are not supported on global secondary indexes")
        }
        return index
    }

    private mutating func readSelect(_ call: DynamoCall, _ indexName: String?) throws {
        let choices = ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"]
        let select = try call.choice("Select", choices)
        countsOnly = select == "COUNT"
        if let select, select != "SPECIFIC_ATTRIBUTES", projection != nil {
            throw DynamoError.validation(
                "Cannot specify the ProjectionExpression when choosing to get \(select)"
            )
        }
        if select == "SPECIFIC_ATTRIBUTES", projection == nil {
            throw DynamoError.validation(
                "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
            )
        }
        guard let index, let indexName else {
            guard select != "ALL_PROJECTED_ATTRIBUTES" else {
                throw DynamoError.validation(
                    "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"
                )
            }
            return
        }
        if select == "ALL_ATTRIBUTES", index.projection != .all {
            throw DynamoError.invalidParameter(
                "Select type ALL_ATTRIBUTES is not supported for global secondary index \(indexName) "
                    + "because its projection type is not ALL"
            )
        }
        let hidden = (projection?.paths ?? []).map(\.root).filter { !index.shows($0) }
        guard hidden.isEmpty else {
            throw DynamoError.invalidParameter(
                "Global secondary index \(indexName) does not project [\(hidden.joined(separator: ", "))]"
            )
        }
    }

    private mutating func readStart(_ call: DynamoCall) throws {
        guard let given = try call.attributes("ExclusiveStartKey") else { return }
        let names = Set(keys.names + table.keys.names)
        guard Set(given.keys) == names else { throw Self.invalidStart }
        guard let tableKey = table.keys.keyIfPresent(in: given) else { throw Self.invalidStart }
        let position = index.map { $0.position(of: given, key: tableKey) } ?? DynamoPosition(key: tableKey)
        guard let position else { throw Self.invalidStart }
        start = position
        startKey = given
    }

    static let invalidStart = DynamoError.validation(
        "The provided starting key is invalid: The provided key element does not match the schema"
    )

    /// Reads rows in the given order until the page is full.
    func page(_ candidates: some Sequence<DynamoRow>) -> DynamoJSON {
        var items: [DynamoJSON] = []
        var (scanned, matched, size) = (0, 0, 0)
        var last: DynamoRow?
        var isCut = false
        for row in candidates {
            if scanned == limit || (scanned > 0 && size + row.size > Self.maximumPageSize) {
                isCut = true
                break
            }
            scanned += 1
            size += row.size
            last = row
            guard filter?.holds(for: row.item) ?? true else { continue }
            matched += 1
            if !countsOnly { items.append(DynamoStore.render(row.item, projection)) }
        }
        var members: [String: DynamoJSON] = ["Count": .int(matched), "ScannedCount": .int(scanned)]
        if !countsOnly { members["Items"] = .array(items) }
        // A limit that was reached is taken to cut, even if nothing follows: the service doesn't look ahead.
        if isCut || scanned == limit, let last { members["LastEvaluatedKey"] = key(of: last) }
        return .object(members)
    }

    private func key(of row: DynamoRow) -> DynamoJSON {
        var item = row.position.key.attributes(keys)
        if let tie = row.position.tie { item.merge(tie.attributes(table.keys)) { mine, _ in mine } }
        return .object(item.mapValues(\.json))
    }
}
