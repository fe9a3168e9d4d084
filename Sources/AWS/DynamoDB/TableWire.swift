/// Tables as JSON names their parts.
enum TableWire {
    struct Create: Encodable {
        let TableName: String
        let AttributeDefinitions: [Attribute]
        let KeySchema: [Key]
        let GlobalSecondaryIndexes: [Index]?
        let BillingMode: String

        init(_ definition: DynamoDB.TableDefinition) {
            TableName = definition.name
            KeySchema = Key.schema(definition.partitionKey, definition.sortKey)
            GlobalSecondaryIndexes = definition.indexes.isEmpty ? nil : definition.indexes.map(Index.init)
            BillingMode = "PAY_PER_REQUEST"
            var keys = [definition.partitionKey] + [definition.sortKey].compactMap(\.self)
            for index in definition.indexes {
                keys += [index.partitionKey] + [index.sortKey].compactMap(\.self)
            }
            // Each attribute is declared once, however many keys it stands in.
            var seen: Set<String> = []
            AttributeDefinitions = keys.filter { seen.insert($0.name).inserted }
                .map { Attribute(AttributeName: $0.name, AttributeType: $0.type) }
        }
    }

    struct Attribute: Encodable {
        let AttributeName: String
        let AttributeType: DynamoDB.KeyType
    }

    struct Key: Encodable {
        let AttributeName: String
        let KeyType: String

        static func schema(_ partition: DynamoDB.KeyAttribute, _ sort: DynamoDB.KeyAttribute?) -> [Key] {
            let first = Key(AttributeName: partition.name, KeyType: "HASH")
            guard let sort else { return [first] }
            return [first, Key(AttributeName: sort.name, KeyType: "RANGE")]
        }
    }

    struct Index: Encodable {
        struct Projected: Encodable {
            let ProjectionType: String
            let NonKeyAttributes: [String]?
        }

        let IndexName: String
        let KeySchema: [Key]
        let Projection: Projected

        init(_ definition: DynamoDB.IndexDefinition) {
            IndexName = definition.name
            KeySchema = Key.schema(definition.partitionKey, definition.sortKey)
            Projection =
                switch definition.projection {
                case .keysOnly: Projected(ProjectionType: "KEYS_ONLY", NonKeyAttributes: nil)
                case .all: Projected(ProjectionType: "ALL", NonKeyAttributes: nil)
                case .include(let names): Projected(ProjectionType: "INCLUDE", NonKeyAttributes: names)
                }
        }
    }

    struct Described: Decodable {
        struct Index: Decodable {
            let IndexName: String
            let IndexStatus: String?
        }

        let TableName: String
        let TableStatus: String?
        let GlobalSecondaryIndexes: [Index]?
    }

    struct CreateAnswer: Decodable {
        let TableDescription: Described
    }

    struct DescribeAnswer: Decodable {
        let Table: Described
    }

    struct Describe: Encodable {
        let TableName: String
    }

    struct TimeToLive: Encodable {
        struct Specification: Encodable {
            let AttributeName: String
            let Enabled: Bool
        }

        let TableName: String
        let TimeToLiveSpecification: Specification
    }
}

extension DynamoDB.TableDescription {
    init(_ described: TableWire.Described) {
        var indexes: [String: Status] = [:]
        for index in described.GlobalSecondaryIndexes ?? [] {
            indexes[index.IndexName] = Status(index.IndexStatus)
        }
        self.init(name: described.TableName, status: Status(described.TableStatus), indexes: indexes)
    }
}

extension DynamoDB.TableDescription.Status {
    fileprivate init(_ text: String?) {
        switch text {
        case "CREATING": self = .creating
        case "UPDATING": self = .updating
        case "DELETING": self = .deleting
        case "ACTIVE": self = .active
        default: self = .unknown(text ?? "")
        }
    }
}
