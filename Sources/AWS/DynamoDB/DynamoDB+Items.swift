extension DynamoDB {
    /// Reads one item, consistently unless asked otherwise.
    ///
    /// - Parameter request: which item, and what of it.
    /// - Returns: the item, or nil if DynamoDB says that there is none.
    /// - Throws: `DynamoDBError`.
    package func getItem(_ request: GetItem) async throws(DynamoDBError) -> Item? {
        let body = Wire.Get(
            TableName: request.table,
            Key: request.key,
            ConsistentRead: request.consistent,
            ProjectionExpression: request.projection,
            ExpressionAttributeNames: request.names.presence
        )
        return try await call("GetItem", body, effect: .none, as: Wire.GetAnswer.self).Item
    }

    /// Writes a whole item.
    ///
    /// - Parameter request: the item and the condition.
    /// - Returns: the attributes asked for, or nil.
    /// - Throws: `DynamoDBError`; a failed condition carries the item as it stands.
    @discardableResult
    package func putItem(_ request: PutItem) async throws(DynamoDBError) -> Item? {
        var body = Wire.Write(request)
        body.ReturnValues = request.returning
        return try await call("PutItem", body, effect: .repeatable, as: Wire.WriteAnswer.self).Attributes
    }

    /// Changes attributes of an item, and makes it if there is none.
    ///
    /// - Parameter request: the key, the update and the condition.
    /// - Returns: the attributes asked for, or nil.
    /// - Throws: `DynamoDBError`; a failed condition carries the item as it stands.
    @discardableResult
    package func updateItem(_ request: UpdateItem) async throws(DynamoDBError) -> Item? {
        var body = Wire.Write(request)
        body.ReturnValues = request.returning
        let effect: ServiceCall.Effect = request.repeatable == .always ? .repeatable : .once
        return try await call("UpdateItem", body, effect: effect, as: Wire.WriteAnswer.self).Attributes
    }

    /// Deletes an item; that there is none is no error.
    ///
    /// - Parameter request: the key and the condition.
    /// - Returns: the attributes asked for, or nil.
    /// - Throws: `DynamoDBError`; a failed condition carries the item as it stands.
    @discardableResult
    package func deleteItem(_ request: DeleteItem) async throws(DynamoDBError) -> Item? {
        var body = Wire.Write(request)
        body.ReturnValues = request.returning
        return try await call("DeleteItem", body, effect: .repeatable, as: Wire.WriteAnswer.self).Attributes
    }

    /// Does all actions or none.
    ///
    /// - Parameters:
    ///   - actions: up to 100, each on another item.
    ///   - token: 1 to 36 characters. DynamoDB keeps it for ten minutes after the end; a repeat within them
    ///     does nothing more. Without one, an attempt whose fate is unknown isn't repeated.
    /// - Throws: `DynamoDBError`; `transactionCanceled` has one reason an action, in their order.
    package func transactWriteItems(
        _ actions: [TransactionAction],
        token: String?
    ) async throws(DynamoDBError) {
        let body = Wire.Transaction(TransactItems: actions.map(Wire.Action.init), ClientRequestToken: token)
        let effect: ServiceCall.Effect = token == nil ? .once : .repeatable
        _ = try await call("TransactWriteItems", body, effect: effect, as: Wire.Nothing.self)
    }
}

extension Wire.Write {
    init(_ request: DynamoDB.PutItem) {
        self.init(table: request.table, condition: request.condition, placeholders: request.placeholders)
        Item = request.item
    }

    init(_ request: DynamoDB.UpdateItem) {
        self.init(table: request.table, condition: request.condition, placeholders: request.placeholders)
        Key = request.key
        UpdateExpression = request.update
    }

    init(_ request: DynamoDB.DeleteItem) {
        self.init(table: request.table, condition: request.condition, placeholders: request.placeholders)
        Key = request.key
    }

    init(_ request: DynamoDB.ConditionCheck) {
        self.init(table: request.table, condition: request.condition, placeholders: request.placeholders)
        Key = request.key
    }
}

extension Wire.Action {
    init(_ action: DynamoDB.TransactionAction) {
        switch action {
        case .put(let put): Put = Wire.Write(put)
        case .update(let update): Update = Wire.Write(update)
        case .delete(let delete): Delete = Wire.Write(delete)
        case .check(let check): ConditionCheck = Wire.Write(check)
        }
    }
}
