/// Reads what CreateTable and UpdateTable say about keys and indexes.
struct DynamoTableRequest {
    var call: DynamoCall
    /// The declared types of key attributes.
    var attributes: [String: DynamoValue.Kind]

    init(_ call: DynamoCall, known: [String: DynamoValue.Kind] = [:]) throws {
        self.call = call
        attributes = known
        for part in try call.parts("AttributeDefinitions") ?? [] {
            let name = try part.required("AttributeName", part.string("AttributeName"))
            let type = try part.required("AttributeType", part.choice("AttributeType", ["S", "N", "B"]))
            attributes[name] = DynamoValue.Kind(rawValue: type)
        }
    }

    func keys(_ call: DynamoCall) throws -> DynamoKeySchema {
        let parts = try call.required("KeySchema", call.parts("KeySchema"))
        var partition: DynamoKeySchema.Part?
        var sort: DynamoKeySchema.Part?
        for part in parts {
            let name = try part.required("AttributeName", part.string("AttributeName"))
            let type = try part.required("KeyType", part.choice("KeyType", ["HASH", "RANGE"]))
            guard let kind = attributes[name] else {
                throw DynamoError.invalidParameter(
                    "Some index key attributes are not defined in AttributeDefinitions. "
                        + "Keys: [\(name)], AttributeDefinitions: [\(attributes.keys.sorted().joined(separator: ", "))]"
                )
            }
            if type == "HASH", partition == nil, sort == nil {
                partition = DynamoKeySchema.Part(name: name, kind: kind, role: .partition)
            } else if type == "RANGE", sort == nil, partition != nil, name != partition?.name {
                sort = DynamoKeySchema.Part(name: name, kind: kind, role: .sort)
            } else {
                throw DynamoError.validation(
                    "Invalid KeySchema: the first element must be HASH, the second RANGE"
                )
            }
        }
        guard let partition else {
            throw DynamoError.validation(
                "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"
            )
        }
        return DynamoKeySchema(partition: partition, sort: sort)
    }

    func index(_ call: DynamoCall, of table: DynamoKeySchema) throws -> (name: String, view: DynamoView) {
        let name = try call.required("IndexName", call.string("IndexName"))
        try Self.checkName(name, at: "indexName")
        let projection = try call.required("Projection", call.part("Projection"))
        let view = DynamoView(index: try keys(call), of: table, projection: try Self.projection(projection))
        return (name, view)
    }

    private static func projection(_ call: DynamoCall) throws -> DynamoIndexProjection {
        let others = (call["NonKeyAttributes"]?.array ?? []).compactMap(\.string)
        switch try call.choice("ProjectionType", ["ALL", "KEYS_ONLY", "INCLUDE"]) {
        case "INCLUDE"?:
            guard !others.isEmpty else {
                throw DynamoError.invalidParameter(
                    "ProjectionType is INCLUDE, but NonKeyAttributes is not specified"
                )
            }
            return .include(Set(others))
        case let type?:
            guard others.isEmpty else {
                throw DynamoError.invalidParameter(
                    "ProjectionType is \(type), but NonKeyAttributes is specified"
                )
            }
            return type == "ALL" ? .all : .keysOnly
        case nil: throw DynamoError.invalidParameter("Unknown ProjectionType: null")
        }
    }

    /// Throws: `DynamoError` if an attribute is declared that no key uses.
    func checkAllUsed(_ table: DynamoKeySchema, _ indexes: some Sequence<DynamoView>) throws {
        let used = Set(table.names + indexes.flatMap { $0.keys.names })
        guard used == Set(attributes.keys) else {
            throw DynamoError.invalidParameter(
                "Number of attributes in KeySchema does not exactly match number of attributes "
                    + "defined in AttributeDefinitions"
            )
        }
    }

    /// Whether the table is paid for by request.
    func isOnDemand() throws -> Bool {
        let mode = try call.choice("BillingMode", ["PROVISIONED", "PAY_PER_REQUEST"])
        let hasThroughput = call["ProvisionedThroughput"] != nil
        guard mode == "PAY_PER_REQUEST" else {
            guard hasThroughput else {
                throw DynamoError.invalidParameter(
                    "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"
                )
            }
            return false
        }
        guard !hasThroughput else {
            throw DynamoError.invalidParameter(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                    + "BillingMode is PAY_PER_REQUEST"
            )
        }
        return true
    }

    static func checkName(_ name: String, at member: String) throws {
        guard (3...255).contains(name.utf8.count), name.utf8.allSatisfy({ allowed.contains($0) }) else {
            throw DynamoError.constraint(
                "'\(name)'",
                at: member,
                "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+ and have length 3 to 255"
            )
        }
    }

    private static let allowed = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-".utf8
    )
}
