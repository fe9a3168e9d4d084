extension DynamoDB {
    /// Makes a table that is paid by request.
    ///
    /// - Parameter definition: keys and indexes.
    /// - Returns: the table, usually still `creating`.
    /// - Throws: `DynamoDBError`; `resourceInUse` if there is one of that name.
    @discardableResult
    package func createTable(_ definition: TableDefinition) async throws(DynamoDBError) -> TableDescription {
        let answer = try await call(
            "CreateTable",
            TableWire.Create(definition),
            effect: .repeatable,
            as: TableWire.CreateAnswer.self
        )
        return TableDescription(answer.TableDescription)
    }

    /// Describes a table and its indexes.
    ///
    /// - Parameter table: its name.
    /// - Returns: its state.
    /// - Throws: `DynamoDBError`; `resourceNotFound` also just after it was made.
    package func describeTable(_ table: String) async throws(DynamoDBError) -> TableDescription {
        let answer = try await call(
            "DescribeTable",
            TableWire.Describe(TableName: table),
            effect: .none,
            as: TableWire.DescribeAnswer.self
        )
        return TableDescription(answer.Table)
    }

    /// Deletes a table with all in it.
    ///
    /// - Parameter table: its name.
    /// - Throws: `DynamoDBError`; `resourceInUse` while it is being made or changed.
    package func deleteTable(_ table: String) async throws(DynamoDBError) {
        let body = TableWire.Describe(TableName: table)
        _ = try await call("DeleteTable", body, effect: .repeatable, as: Wire.Nothing.self)
    }

    /// Lets DynamoDB delete items some time after the epoch second in an attribute: typically in two days.
    ///
    /// - Parameters:
    ///   - table: its name.
    ///   - attribute: the name of a number attribute.
    ///   - enabled: on or off.
    /// - Throws: `DynamoDBError`; `validation` if it is so already.
    package func updateTimeToLive(
        table: String,
        attribute: String,
        enabled: Bool = true
    ) async throws(DynamoDBError) {
        let specification = TableWire.TimeToLive.Specification(AttributeName: attribute, Enabled: enabled)
        let body = TableWire.TimeToLive(TableName: table, TimeToLiveSpecification: specification)
        _ = try await call("UpdateTimeToLive", body, effect: .repeatable, as: Wire.Nothing.self)
    }
}
