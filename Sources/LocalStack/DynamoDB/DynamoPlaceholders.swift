/// What `#names` and `:values` stand for in one request, and which of them its expressions used.
struct DynamoPlaceholders {
    let names: [String: String]?
    let values: [String: DynamoValue]?
    private(set) var usedNames: Set<String> = []
    private(set) var usedValues: Set<String> = []

    init(_ call: DynamoCall) throws {
        names = try call["ExpressionAttributeNames"].map(Self.names)
        values = try call["ExpressionAttributeValues"].map(Self.values)
    }

    init(names: [String: String]?, values: [String: DynamoValue]?) {
        self.names = names
        self.values = values
    }

    mutating func name(_ placeholder: String, in kind: DynamoExpressionKind) throws -> String {
        guard let name = names?[placeholder] else {
            throw DynamoError.validation(
                "Invalid \(kind.rawValue): An expression attribute name used in the document path "
                    + "is not defined; attribute name: \(placeholder)"
            )
        }
        usedNames.insert(placeholder)
        return name
    }

    mutating func value(_ placeholder: String, in kind: DynamoExpressionKind) throws -> DynamoValue {
        guard let value = values?[placeholder] else {
            throw DynamoError.validation(
                "Invalid \(kind.rawValue): An expression attribute value used in expression "
                    + "is not defined; attribute value: \(placeholder)"
            )
        }
        usedValues.insert(placeholder)
        return value
    }

    /// Throws: `DynamoError` if a placeholder was defined and not used, or defined without any expression.
    func checkUse(byExpressions kinds: [(DynamoExpressionKind, isPresent: Bool)]) throws {
        if !kinds.contains(where: \.isPresent) {
            let missing = kinds.map(\.0.rawValue).joined(separator: " and ")
            let verb = kinds.count == 1 ? "is" : "are"
            if names != nil {
                throw DynamoError.validation(
                    "ExpressionAttributeNames can only be specified when using expressions"
                )
            }
            if values != nil {
                throw DynamoError.validation(
                    "ExpressionAttributeValues can only be specified when using expressions: "
                        + "\(missing) \(verb) null"
                )
            }
            return
        }
        try Self.check(names.map { Set($0.keys) }, usedNames, "ExpressionAttributeNames")
        try Self.check(values.map { Set($0.keys) }, usedValues, "ExpressionAttributeValues")
    }

    private static func check(_ defined: Set<String>?, _ used: Set<String>, _ member: String) throws {
        guard let unused = defined?.subtracting(used), !unused.isEmpty else { return }
        throw DynamoError.validation(
            "Value provided in \(member) unused in expressions: keys: {\(unused.sorted().joined(separator: ", "))}"
        )
    }

    private static func names(_ json: DynamoJSON) throws -> [String: String] {
        guard let members = json.object else {
            throw DynamoError.serialization("Unexpected value type in payload")
        }
        guard !members.isEmpty else {
            throw DynamoError.validation("ExpressionAttributeNames must not be empty")
        }
        var names: [String: String] = [:]
        for (key, value) in members {
            try checkKey(key, sign: "#", in: "ExpressionAttributeNames")
            guard let name = value.string else {
                throw DynamoError.serialization("The value cannot be converted to String")
            }
            guard !name.isEmpty, name.utf8.count <= 65535 else {
                throw DynamoError.validation(
                    "ExpressionAttributeNames contains invalid value: "
                        + "ExpressionAttributeNames must be of length between 1 and 65535 for key \(key)"
                )
            }
            names[key] = name
        }
        return names
    }

    private static func values(_ json: DynamoJSON) throws -> [String: DynamoValue] {
        guard let members = json.object else {
            throw DynamoError.serialization("Unexpected value type in payload")
        }
        guard !members.isEmpty else {
            throw DynamoError.validation("ExpressionAttributeValues must not be empty")
        }
        var values: [String: DynamoValue] = [:]
        for (key, wire) in members {
            try checkKey(key, sign: ":", in: "ExpressionAttributeValues")
            do {
                values[key] = try DynamoValue(wire: wire)
            } catch let error as DynamoError where error.code == "ValidationException" {
                throw DynamoError.validation(
                    "ExpressionAttributeValues contains invalid value: \(error.message) for key \(key)"
                )
            }
        }
        return values
    }

    private static func checkKey(_ key: String, sign: Character, in member: String) throws {
        guard key.first == sign, key.utf8.count > 1, key.utf8.dropFirst().allSatisfy(DynamoLexer.isWordByte)
        else {
            throw DynamoError.validation("\(member) contains invalid key: Syntax error; key: \"\(key)\"")
        }
    }
}
