/// Query and Scan.
extension DynamoStore {
    func query(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        try call.refuse(legacy: "KeyConditions", "QueryFilter", "AttributesToGet", "ConditionalOperator")
        var placeholders = try DynamoPlaceholders(call)
        guard let text = try call.string("KeyConditionExpression") else {
            throw DynamoError.validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
            )
        }
        let parsed = try DynamoExpressionParser.condition(
            text,
            kind: .keyCondition,
            placeholders: &placeholders
        )
        let table = try table(call.tableName(), now: now)
        let read = try DynamoRead(call, table: table, placeholders: &placeholders, now: now)
        try placeholders.checkUse(byExpressions: [(.keyCondition, isPresent: true)])
        let condition = try DynamoKeyCondition(parsed, keys: read.keys)
        try Self.checkFilter(read)
        let isForward = try call.bool("ScanIndexForward") ?? true

        let key = DynamoKey(partition: condition.partition, sort: nil)
        var range = read.rows.range(ofPartition: key)
        if let start = read.start {
            guard start.key.partitionOrder(to: key) == 0, condition.allows(start.key.sort) else {
                throw DynamoError.validation(
                    "The provided starting key is outside query boundaries based on provided conditions"
                )
            }
            range = Self.cut(range, of: read.rows, after: start, isForward: isForward)
        }
        let rows = read.rows.rows[range]
        let allowed: (DynamoRow) -> Bool = { condition.allows($0.position.key.sort) }
        return isForward
            ? read.page(rows.lazy.filter(allowed)) : read.page(rows.lazy.reversed().filter(allowed))
    }

    func scan(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        try call.refuse(legacy: "ScanFilter", "AttributesToGet", "ConditionalOperator")
        var placeholders = try DynamoPlaceholders(call)
        let table = try table(call.tableName(), now: now)
        let read = try DynamoRead(call, table: table, placeholders: &placeholders, now: now)
        try placeholders.checkUse(byExpressions: [
            (.projection, read.projection != nil), (.filter, read.filter != nil),
        ])
        var range = 0..<read.rows.count
        if let start = read.start { range = Self.cut(range, of: read.rows, after: start, isForward: true) }
        let rows = read.rows.rows[range]
        guard let segment = try Self.segment(call) else { return read.page(rows) }
        return read.page(rows.lazy.filter { segment.contains($0.position.key) })
    }

    private static func cut(
        _ range: Range<Int>,
        of rows: DynamoRows,
        after start: DynamoPosition,
        isForward: Bool
    ) -> Range<Int> {
        guard isForward else { return range.clamped(to: 0..<rows.lowerBound(start)) }
        let next = rows.firstIndex { $0.position.order(to: start) > 0 }
        return range.clamped(to: next..<rows.count)
    }

    private static func checkFilter(_ read: DynamoRead) throws {
        for path in read.filter?.paths ?? [] where read.keys.contains(path.root) {
            throw DynamoError.validation(
                "Filter Expression can only contain non-primary key attributes: Primary key attribute: \(path.root)"
            )
        }
    }

    /// One worker's share of a parallel scan.
    private struct Segment {
        var number: UInt64
        var total: UInt64

        func contains(_ key: DynamoKey) -> Bool {
            ((key.hash >> 32) * total) >> 32 == number
        }
    }

    private static func segment(_ call: DynamoCall) throws -> Segment? {
        switch (try call.int("Segment"), try call.int("TotalSegments")) {
        case (nil, nil): return nil
        case (let number?, let total?):
            guard (1...1_000_000).contains(total), (0..<total).contains(number) else {
                throw DynamoError.validation(
                    "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                        + "Segment: \(number) is not less than TotalSegments: \(total)"
                )
            }
            return Segment(number: UInt64(number), total: UInt64(total))
        case (nil, _):
            throw DynamoError.validation(
                "The Segment parameter is required but was not present in the request when parameter "
                    + "TotalSegments is present"
            )
        case (_, nil):
            throw DynamoError.validation(
                "The TotalSegments parameter is required but was not present in the request when Segment "
                    + "parameter is present"
            )
        }
    }
}
