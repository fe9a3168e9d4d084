extension DynamoDB {
    /// The most keys that one batch may have.
    package static let maxBatchKeys = 100

    /// What a batch found, and what it didn't get to.
    package struct Batch: Sendable, Hashable {
        /// In no order; keys without an item are left out.
        package var items: [Item]
        /// Keys that DynamoDB put off: ask again, later.
        package var unprocessed: [Item]

        package init(items: [Item], unprocessed: [Item] = []) {
            self.items = items
            self.unprocessed = unprocessed
        }
    }

    /// Reads up to 100 items of one table.
    ///
    /// - Parameters:
    ///   - table: the table.
    ///   - keys: what to read; no keys, no call.
    ///   - consistent: whether to read consistently.
    /// - Returns: the items found and the keys put off, which says nothing about their items.
    /// - Throws: `DynamoDBError`.
    package func batchGetItem(
        table: String,
        keys: [Item],
        consistent: Bool = true
    ) async throws(DynamoDBError) -> Batch {
        guard !keys.isEmpty else { return Batch(items: [], unprocessed: []) }
        let body = Wire.BatchGet(RequestItems: [table: Wire.Keys(Keys: keys, ConsistentRead: consistent)])
        let answer = try await call("BatchGetItem", body, effect: .none, as: Wire.BatchGetAnswer.self)
        return Batch(
            items: answer.Responses?[table] ?? [],
            unprocessed: answer.UnprocessedKeys?[table]?.Keys ?? []
        )
    }
}
