import AWS

/// The difference between two encoded rows, as an update expression.
struct RowUpdate: Sendable {
    private(set) var expression = ""
    private(set) var placeholders = DynamoDB.Placeholders()

    /// Compares two rows, attribute by attribute.
    ///
    /// - Parameters:
    ///   - old: the row as it was read and encoded again.
    ///   - new: the row as it is to be.
    ///   - keyNames: what can't change.
    ///   - derived: written or removed even if alike, since the stored one may be another writer's.
    init(from old: Item, to new: Item, keyNames: [String], derived: [String]) {
        var sets: [String] = []
        var removes: [String] = []
        let names = Set(old.keys).union(new.keys).union(derived).subtracting(keyNames).sorted()
        for (index, name) in names.enumerated() {
            guard old[name] != new[name] || derived.contains(name) else { continue }
            placeholders.names["#a\(index)"] = name
            if let value = new[name] {
                placeholders.values[":a\(index)"] = value
                sets.append("#a\(index) = :a\(index)")
            } else {
                removes.append("#a\(index)")
            }
        }
        let clauses = [("SET", sets), ("REMOVE", removes)].filter { !$0.1.isEmpty }
        expression = clauses.map { "\($0.0) \($0.1.joined(separator: ", "))" }.joined(separator: " ")
    }
}

/// What must hold for a row to be written.
struct RowCondition: Sendable {
    private var terms: [String] = []
    private var placeholders = DynamoDB.Placeholders()

    /// There is no such row.
    init(absenceOf keyName: String) {
        placeholders.names["#key"] = keyName
        terms = ["attribute_not_exists(#key)"]
    }

    /// The row is as it was read.
    init(version: Int, guards: [RowGuard], key keyName: String) {
        placeholders.names["#key"] = keyName
        // Without this a row that is gone would be made anew, where absent attributes are as good as the values.
        terms = ["attribute_exists(#key)"]
        add(RowGuard(attribute: "version", value: .n(version), mayBeAbsent: version == 0), 0)
        for (index, one) in guards.enumerated() { add(one, index + 1) }
    }

    private mutating func add(_ one: RowGuard, _ index: Int) {
        placeholders.names["#g\(index)"] = one.attribute
        guard let value = one.value else {
            terms.append("attribute_not_exists(#g\(index))")
            return
        }
        placeholders.values[":g\(index)"] = value
        let equal = "#g\(index) = :g\(index)"
        terms.append(one.mayBeAbsent ? "(attribute_not_exists(#g\(index)) OR \(equal))" : equal)
    }

    func put(_ item: Item, into table: String) -> DynamoDB.PutItem {
        DynamoDB.PutItem(
            table: table,
            item: item,
            condition: terms.joined(separator: " AND "),
            placeholders: placeholders
        )
    }

    func update(_ key: Item, in table: String, with update: RowUpdate) -> DynamoDB.UpdateItem {
        let all = DynamoDB.Placeholders(
            names: placeholders.names.merging(update.placeholders.names) { one, _ in one },
            values: placeholders.values.merging(update.placeholders.values) { one, _ in one }
        )
        return DynamoDB.UpdateItem(
            table: table,
            key: key,
            update: update.expression,
            condition: terms.joined(separator: " AND "),
            placeholders: all
        )
    }
}
