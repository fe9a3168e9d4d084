/// CreateTable, DescribeTable, ListTables, DeleteTable, UpdateTable and the times to live.
extension DynamoStore {
    mutating func createTable(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        try Self.refuseUnsupported(call)
        let name = try call.tableName()
        try DynamoTableRequest.checkName(name, at: "tableName")
        let request = try DynamoTableRequest(call)
        let keys = try request.keys(call)
        var indexes: [String: DynamoView] = [:]
        for part in try call.parts("GlobalSecondaryIndexes") ?? [] {
            let (name, view) = try request.index(part, of: keys)
            guard indexes.updateValue(view, forKey: name) == nil else {
                throw DynamoError.invalidParameter("Duplicate index name: \(name)")
            }
        }
        try request.checkAllUsed(keys, indexes.values)
        let isOnDemand = try request.isOnDemand()
        guard tables[name] == nil else {
            throw DynamoError(code: "ResourceInUseException", message: "Table already exists: \(name)")
        }
        let table = DynamoTable(
            name: name,
            keys: keys,
            attributes: request.attributes,
            isOnDemand: isOnDemand,
            now: now,
            activeAt: now.after(settings.tableCreation)
        )
        table.indexes = indexes
        tables[name] = table
        return .object(["TableDescription": table.description(now: now)])
    }

    /// An index that is silently missing would be worse than an error.
    private static func refuseUnsupported(_ call: DynamoCall) throws {
        guard call["LocalSecondaryIndexes"] == nil else {
            throw DynamoError.validation("Local secondary indexes are not supported here")
        }
        if case .bool(true)? = call["StreamSpecification"]?["StreamEnabled"] {
            throw DynamoError.validation("Streams are not supported here")
        }
    }

    func describeTable(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        let table = try described(call.tableName())
        table.settle(now: now)
        return .object(["Table": table.description(now: now)])
    }

    func listTables(_ call: DynamoCall) throws -> DynamoJSON {
        let limit = try call.int("Limit") ?? 100
        guard (1...100).contains(limit) else {
            throw DynamoError.constraint(
                "'\(limit)'",
                at: "limit",
                "Member must have value between 1 and 100"
            )
        }
        let after = try call.string("ExclusiveStartTableName")
        let names = tables.keys.sorted().filter { name in after.map { name > $0 } ?? true }
        var members: [String: DynamoJSON] = ["TableNames": .array(names.prefix(limit).map { .string($0) })]
        if names.count > limit { members["LastEvaluatedTableName"] = .string(names[limit - 1]) }
        return .object(members)
    }

    mutating func deleteTable(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        let name = try call.tableName()
        let table = try described(name)
        guard table.activeAt <= now.elapsed else { throw Self.beingCreated(name) }
        tables[name] = nil
        return .object(["TableDescription": table.description(now: now, isDeleting: true)])
    }

    private static func beingCreated(_ name: String) -> DynamoError {
        DynamoError(
            code: "ResourceInUseException",
            message: "Attempt to change a resource which is still in use: Table is being created: \(name)"
        )
    }

    func updateTable(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        try Self.refuseUnsupported(call)
        let name = try call.tableName()
        let table = try described(name)
        guard table.activeAt <= now.elapsed else { throw Self.beingCreated(name) }
        let request = try DynamoTableRequest(call, known: table.attributes)
        if call["BillingMode"] != nil { table.isOnDemand = try request.isOnDemand() }
        for part in try call.parts("GlobalSecondaryIndexUpdates") ?? [] {
            if let create = try part.part("Create") {
                let (name, view) = try request.index(create, of: table.keys)
                guard table.indexes[name] == nil else {
                    throw DynamoError.validation("Attempting to create an index which already exists")
                }
                view.fill(from: table.rows)
                table.indexes[name] = view
            }
            if let delete = try part.part("Delete") {
                let name = try delete.required("IndexName", delete.string("IndexName"))
                guard table.indexes.removeValue(forKey: name) != nil else {
                    throw DynamoError(
                        code: "ResourceNotFoundException",
                        message: "Requested resource not found: Index: \(name) not found"
                    )
                }
            }
        }
        let used = Set(table.keys.names + table.indexes.values.flatMap { $0.keys.names })
        table.attributes = request.attributes.filter { used.contains($0.key) }
        return .object(["TableDescription": table.description(now: now)])
    }
}

extension DynamoStore {
    func updateTimeToLive(_ call: DynamoCall, now: DynamoMoment) throws -> DynamoJSON {
        let table = try table(call.tableName(), now: now)
        let spec = try call.required("TimeToLiveSpecification", call.part("TimeToLiveSpecification"))
        let attribute = try spec.required("AttributeName", spec.string("AttributeName"))
        let isEnabled = try spec.required("Enabled", spec.bool("Enabled"))
        if isEnabled {
            guard table.timeToLive == nil else {
                throw DynamoError.validation("TimeToLive is already enabled")
            }
            table.timeToLive = attribute
            table.nextSweep = now.after(settings.expirySweep)
        } else {
            guard table.timeToLive != nil else {
                throw DynamoError.validation("TimeToLive is already disabled")
            }
            guard table.timeToLive == attribute else {
                throw DynamoError.validation(
                    "TimeToLive is active on a different AttributeName: current AttributeName is "
                        + (table.timeToLive ?? "")
                )
            }
            table.timeToLive = nil
        }
        return .object([
            "TimeToLiveSpecification": .object([
                "AttributeName": .string(attribute), "Enabled": .bool(isEnabled),
            ])
        ])
    }

    func describeTimeToLive(_ call: DynamoCall) throws -> DynamoJSON {
        let table = try described(call.tableName())
        var members: [String: DynamoJSON] = [
            "TimeToLiveStatus": .string(table.timeToLive == nil ? "DISABLED" : "ENABLED")
        ]
        if let name = table.timeToLive { members["AttributeName"] = .string(name) }
        return .object(["TimeToLiveDescription": .object(members)])
    }
}
