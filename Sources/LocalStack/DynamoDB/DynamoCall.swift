/// The parameters of a request, or of a part of one.
struct DynamoCall {
    let json: DynamoJSON

    init(_ json: DynamoJSON) {
        self.json = json
    }

    subscript(name: String) -> DynamoJSON? { json[name] }

    func string(_ name: String) throws -> String? {
        guard let value = json[name] else { return nil }
        guard let text = value.string else { throw Self.wrongType(name, "String") }
        return text
    }

    func bool(_ name: String) throws -> Bool? {
        guard let value = json[name] else { return nil }
        guard case .bool(let truth) = value else { throw Self.wrongType(name, "Boolean") }
        return truth
    }

    func int(_ name: String) throws -> Int? {
        guard let value = json[name] else { return nil }
        guard case .number(let text) = value, let number = Int(text) else {
            throw Self.wrongType(name, "Integer")
        }
        return number
    }

    func attributes(_ name: String) throws -> DynamoItem? {
        guard let value = json[name] else { return nil }
        guard let members = value.object else { throw Self.wrongType(name, "Map") }
        return try members.mapValues { try DynamoValue(wire: $0) }
    }

    func part(_ name: String) throws -> DynamoCall? {
        guard let value = json[name] else { return nil }
        guard value.object != nil else { throw Self.wrongType(name, "Structure") }
        return DynamoCall(value)
    }

    func parts(_ name: String) throws -> [DynamoCall]? {
        guard let value = json[name] else { return nil }
        guard let elements = value.array else { throw Self.wrongType(name, "List") }
        return try elements.map { element in
            guard element.object != nil else { throw Self.wrongType(name, "Structure") }
            return DynamoCall(element)
        }
    }

    /// Throws: `DynamoError` if it is absent.
    func required<Value>(_ name: String, _ value: Value?) throws -> Value {
        guard let value else {
            throw DynamoError.constraint("null", at: Self.member(name), "Member must not be null")
        }
        return value
    }

    func tableName() throws -> String {
        try required("TableName", string("TableName"))
    }

    /// One of a set of words; nil if absent.
    func choice(_ name: String, _ allowed: [String]) throws -> String? {
        guard let value = try string(name) else { return nil }
        guard allowed.contains(value) else {
            throw DynamoError.constraint(
                "'\(value)'",
                at: Self.member(name),
                "Member must satisfy enum value set: [\(allowed.joined(separator: ", "))]"
            )
        }
        return value
    }

    /// Refuses what expressions replaced in 2014: better an error than a condition that is ignored.
    func refuse(legacy names: String...) throws {
        for name in names where json[name] != nil {
            throw DynamoError.validation(
                "The legacy parameter \(name) is not supported here; use expressions"
            )
        }
    }

    private static func wrongType(_ name: String, _ type: String) -> DynamoError {
        .serialization("\(name) cannot be converted to \(type)")
    }

    /// As the messages about constraints spell it.
    private static func member(_ name: String) -> String {
        name.prefix(1).lowercased() + name.dropFirst()
    }
}
