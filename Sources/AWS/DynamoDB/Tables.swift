extension DynamoDB {
    package enum KeyType: String, Sendable, Hashable, Codable {
        case string = "S"
        case number = "N"
        case binary = "B"
    }

    package struct KeyAttribute: Sendable, Hashable {
        package var name: String
        package var type: KeyType

        package init(_ name: String, _ type: KeyType = .string) {
            self.name = name
            self.type = type
        }
    }

    package struct TableDefinition: Sendable, Hashable {
        package var name: String
        package var partitionKey: KeyAttribute
        package var sortKey: KeyAttribute?
        package var indexes: [IndexDefinition]

        package init(
            name: String,
            partitionKey: KeyAttribute,
            sortKey: KeyAttribute? = nil,
            indexes: [IndexDefinition] = []
        ) {
            self.name = name
            self.partitionKey = partitionKey
            self.sortKey = sortKey
            self.indexes = indexes
        }
    }

    /// A global secondary index.
    package struct IndexDefinition: Sendable, Hashable {
        package enum Projection: Sendable, Hashable {
            case keysOnly
            case all
            case include([String])
        }

        package var name: String
        package var partitionKey: KeyAttribute
        package var sortKey: KeyAttribute?
        package var projection: Projection

        package init(
            name: String,
            partitionKey: KeyAttribute,
            sortKey: KeyAttribute? = nil,
            projection: Projection
        ) {
            self.name = name
            self.partitionKey = partitionKey
            self.sortKey = sortKey
            self.projection = projection
        }
    }

    package struct TableDescription: Sendable, Hashable {
        package enum Status: Sendable, Hashable {
            case creating
            case updating
            case deleting
            case active
            case unknown(String)
        }

        package let name: String
        package let status: Status
        /// Index name to status.
        package let indexes: [String: Status]

        package init(name: String, status: Status, indexes: [String: Status] = [:]) {
            self.name = name
            self.status = status
            self.indexes = indexes
        }
    }
}
