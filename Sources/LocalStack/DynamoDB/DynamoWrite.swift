/// What a write will do to one item, decided and not yet done.
struct DynamoWrite {
    var table: DynamoTable
    var key: DynamoKey
    var old: DynamoItem?
    var new: DynamoItem?
    /// False for a mere check.
    var isChange = true
}

/// A write to one item as a request asks for it.
struct DynamoWriteRequest {
    enum Action {
        case put(DynamoItem)
        case update(DynamoItem, DynamoUpdate)
        case delete(DynamoItem)
        case check(DynamoItem)
    }

    static let maximumItemSize = 400 * 1024

    var tableName: String
    var action: Action
    var condition: DynamoCondition?
    var returnValues = "NONE"
    /// Whether a failed condition's error carries the item.
    var returnsItemOnFailure: Bool

    init(put call: DynamoCall) throws {
        try self.init(call, updates: false) { _ in .put(try call.required("Item", call.attributes("Item"))) }
        try checkReturnValues(call, ["NONE", "ALL_OLD"])
    }

    init(delete call: DynamoCall) throws {
        try self.init(call, updates: false) { _ in .delete(try call.required("Key", call.attributes("Key"))) }
        try checkReturnValues(call, ["NONE", "ALL_OLD"])
    }

    init(update call: DynamoCall) throws {
        try call.refuse(legacy: "AttributeUpdates")
        try self.init(call, updates: true) { placeholders in
            let key = try call.required("Key", call.attributes("Key"))
            guard let text = try call.string("UpdateExpression") else { return .update(key, DynamoUpdate()) }
            return .update(key, try DynamoExpressionParser.update(text, placeholders: &placeholders))
        }
        try checkReturnValues(call, ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"])
    }

    init(check call: DynamoCall) throws {
        _ = try call.required("ConditionExpression", call.string("ConditionExpression"))
        try self.init(call, updates: false) { _ in .check(try call.required("Key", call.attributes("Key"))) }
    }

    private init(
        _ call: DynamoCall,
        updates: Bool,
        action: (inout DynamoPlaceholders) throws -> Action
    ) throws {
        try call.refuse(legacy: "Expected", "ConditionalOperator")
        tableName = try call.tableName()
        let onFailure = try call.choice("ReturnValuesOnConditionCheckFailure", ["NONE", "ALL_OLD"])
        returnsItemOnFailure = onFailure == "ALL_OLD"
        var placeholders = try DynamoPlaceholders(call)
        self.action = try action(&placeholders)
        let text = try call.string("ConditionExpression")
        condition = try text.map {
            try DynamoExpressionParser.condition($0, kind: .condition, placeholders: &placeholders)
        }
        let update: [(DynamoExpressionKind, isPresent: Bool)] =
            updates ? [(.update, try call.string("UpdateExpression") != nil)] : []
        try placeholders.checkUse(byExpressions: update + [(.condition, text != nil)])
    }

    private mutating func checkReturnValues(_ call: DynamoCall, _ allowed: [String]) throws {
        let all = ["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]
        guard let value = try call.choice("ReturnValues", all) else { return }
        guard allowed.contains(value) else {
            throw DynamoError.validation("ReturnValues can only be ALL_OLD or NONE")
        }
        returnValues = value
    }
}

extension DynamoWriteRequest {
    /// The key of the item that is meant.
    ///
    /// Throws: `DynamoError` if the request's key or item doesn't fit the table.
    func key(in table: DynamoTable) throws -> DynamoKey {
        switch action {
        case .put(let item): try table.keys.key(ofItem: item)
        case .update(let key, _), .delete(let key), .check(let key): try table.keys.key(given: key)
        }
    }

    /// What the request does to the table as it is now.
    ///
    /// Throws: `DynamoError` if the condition fails or the result isn't allowed.
    func plan(on table: DynamoTable) throws -> DynamoWrite {
        let key = try key(in: table)
        let old = table[key]?.item
        var write = DynamoWrite(table: table, key: key, old: old)
        if case .update(_, let update) = action {
            for path in update.paths where table.keys.contains(path.root) {
                throw DynamoError.invalidParameter(
                    "Cannot update attribute \(path.root). This attribute is part of the key"
                )
            }
        }
        if case .put(let item) = action { try Self.check(item, in: table, isUpdate: false) }
        if let condition, !condition.holds(for: old ?? [:]) {
            throw DynamoError.conditionFailed(returnsItemOnFailure ? old : nil)
        }
        switch action {
        case .put(let item): write.new = item
        case .update(_, let update):
            let new = try update.applied(to: old ?? key.attributes(table.keys))
            try Self.check(new, in: table, isUpdate: true)
            write.new = new
        case .delete: write.new = nil
        case .check: write.isChange = false
        }
        return write
    }

    private static func check(_ item: DynamoItem, in table: DynamoTable, isUpdate: Bool) throws {
        guard item.size <= maximumItemSize else {
            throw isUpdate
                ? DynamoError.validation("Item size to update has exceeded the maximum allowed size")
                : DynamoError.itemTooLarge
        }
        if isUpdate, item.values.contains(where: { $0.depth > DynamoValue.maximumDepth }) {
            throw DynamoError.validation(
                "Nesting Levels have exceeded supported limits: "
                    + "Attributes in the item have nested levels beyond supported limit"
            )
        }
        for (name, index) in table.indexes {
            for part in index.keys.parts {
                guard let value = item[part.name] else { continue }
                try part.check(value, inIndex: name, isUpdate: isUpdate)
            }
        }
    }
}

extension DynamoKeySchema.Part {
    /// Throws: `DynamoError` if an index can't hold the value; without it the index just wouldn't show the item.
    fileprivate func check(_ value: DynamoValue, inIndex index: String, isUpdate: Bool) throws {
        guard value.kind == kind else {
            throw isUpdate
                ? DynamoError.validation(
                    "The update expression attempted to update the secondary index key to unsupported type"
                )
                : DynamoError.invalidParameter(
                    "Type mismatch for Index Key \(name) Expected: \(kind.rawValue) "
                        + "Actual: \(value.kind.rawValue) IndexName: \(index)"
                )
        }
        do {
            try checkNotEmpty(value)
        } catch is DynamoError {
            throw DynamoError.validation(
                "One or more parameter values are not valid. A value specified for a secondary index key is "
                    + "not supported. The AttributeValue for a key attribute cannot contain an empty "
                    + "\(value.kind == .string ? "string" : "binary") value. IndexName: \(index), IndexKey: \(name)"
            )
        }
        try checkSize(value)
    }
}
