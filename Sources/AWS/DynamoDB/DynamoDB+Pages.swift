extension DynamoDB {
    /// No walk over pages is longer, empty pages included.
    package static let maxPages = 1_000

    /// One page of a query.
    ///
    /// - Parameter request: what to look for, and where to start.
    /// - Returns: the page; only a page without `next` is the last.
    /// - Throws: `DynamoDBError`.
    package func query(_ request: Query) async throws(DynamoDBError) -> Page {
        let body = Wire.Read(
            TableName: request.table,
            IndexName: request.index,
            KeyConditionExpression: request.keyCondition,
            FilterExpression: request.filter,
            ProjectionExpression: request.projection,
            ExpressionAttributeNames: request.placeholders.names.presence,
            ExpressionAttributeValues: request.placeholders.values.presence,
            ConsistentRead: request.consistent,
            ScanIndexForward: request.ascending,
            Limit: request.limit,
            ExclusiveStartKey: request.start
        )
        return try await read("Query", body)
    }

    /// One page of a scan.
    ///
    /// - Parameter request: what to look for, and where to start.
    /// - Returns: the page; only a page without `next` is the last.
    /// - Throws: `DynamoDBError`.
    package func scan(_ request: Scan) async throws(DynamoDBError) -> Page {
        let body = Wire.Read(
            TableName: request.table,
            IndexName: request.index,
            FilterExpression: request.filter,
            ProjectionExpression: request.projection,
            ExpressionAttributeNames: request.placeholders.names.presence,
            ExpressionAttributeValues: request.placeholders.values.presence,
            ConsistentRead: request.consistent,
            Limit: request.limit,
            ExclusiveStartKey: request.start
        )
        return try await read("Scan", body)
    }

    /// All pages of a query, up to a number of items.
    ///
    /// - Parameters:
    ///   - request: what to look for; its `limit` is the size of a page.
    ///   - limit: no further page is read once there are as many items.
    /// - Returns: the items; a `next` says that there are more.
    /// - Throws: `DynamoDBError`; nothing is returned of what was read before.
    package func queryAll(_ request: Query, atMost limit: Int) async throws(DynamoDBError) -> Page {
        var request = request
        return try await collect(atMost: limit, from: request.start) { start throws(DynamoDBError) in
            request.start = start
            return try await query(request)
        }
    }

    /// All pages of a scan, up to a number of items.
    ///
    /// - Parameters:
    ///   - request: what to look for; its `limit` is the size of a page.
    ///   - limit: no further page is read once there are as many items.
    /// - Returns: the items; a `next` says that there are more.
    /// - Throws: `DynamoDBError`; nothing is returned of what was read before.
    package func scanAll(_ request: Scan, atMost limit: Int) async throws(DynamoDBError) -> Page {
        var request = request
        return try await collect(atMost: limit, from: request.start) { start throws(DynamoDBError) in
            request.start = start
            return try await scan(request)
        }
    }

    private func read(_ operation: String, _ body: Wire.Read) async throws(DynamoDBError) -> Page {
        let answer = try await call(operation, body, effect: .none, as: Wire.ReadAnswer.self)
        // An empty key would start again from the beginning.
        return Page(items: answer.Items ?? [], next: answer.LastEvaluatedKey?.presence)
    }

    private func collect(
        atMost limit: Int,
        from start: Item?,
        page: (Item?) async throws(DynamoDBError) -> Page
    ) async throws(DynamoDBError) -> Page {
        var all = Page(items: [], next: start)
        for _ in 0..<Self.maxPages {
            let next = try await page(all.next)
            all.items += next.items
            if let key = next.next, key == all.next {
                throw DynamoDBError(code: .call(.malformedAnswer), message: "a page leads to itself")
            }
            all.next = next.next
            if all.next == nil || all.items.count >= limit { break }
        }
        return all
    }
}
