import Foundation

extension DynamoTable {
    /// The table as DescribeTable shows it.
    func description(now: DynamoMoment, isDeleting: Bool = false) -> DynamoJSON {
        let status = isDeleting ? "DELETING" : (activeAt <= now.elapsed ? "ACTIVE" : "CREATING")
        let definitions = attributes.keys.sorted().map { name in
            DynamoJSON.object([
                "AttributeName": .string(name),
                "AttributeType": .string(attributes[name]?.rawValue ?? "S"),
            ])
        }
        var members: [String: DynamoJSON] = [
            "TableName": .string(name),
            "TableStatus": .string(status),
            "TableArn": .string(arn),
            "TableId": .string(id.uuidString.lowercased()),
            "CreationDateTime": .date(created),
            "KeySchema": keys.json,
            "AttributeDefinitions": .array(definitions),
            "ItemCount": .int(rows.count),
            "TableSizeBytes": .int(rows.rows.reduce(0) { $0 + $1.size }),
            "DeletionProtectionEnabled": .bool(false),
        ]
        members["ProvisionedThroughput"] = throughput
        if isOnDemand {
            members["BillingModeSummary"] = .object(["BillingMode": .string("PAY_PER_REQUEST")])
        }
        if !indexes.isEmpty {
            let views = indexes.keys.sorted().compactMap { name in
                indexes[name].map { describe($0, name: name, status: status) }
            }
            members["GlobalSecondaryIndexes"] = .array(views)
        }
        return .object(members)
    }

    private var arn: String { "arn:aws:dynamodb:us-east-1:000000000000:table/\(name)" }

    /// What was asked for makes no difference here, so it isn't kept.
    private var throughput: DynamoJSON {
        .object([
            "ReadCapacityUnits": .int(isOnDemand ? 0 : 1),
            "WriteCapacityUnits": .int(isOnDemand ? 0 : 1),
            "NumberOfDecreasesToday": .int(0),
        ])
    }

    private func describe(_ index: DynamoView, name: String, status: String) -> DynamoJSON {
        var projection: [String: DynamoJSON] = [:]
        switch index.projection {
        case .all: projection["ProjectionType"] = .string("ALL")
        case .keysOnly: projection["ProjectionType"] = .string("KEYS_ONLY")
        case .include(let names):
            projection["ProjectionType"] = .string("INCLUDE")
            projection["NonKeyAttributes"] = .array(names.sorted().map { .string($0) })
        }
        return .object([
            "IndexName": .string(name),
            "IndexStatus": .string(status),
            "IndexArn": .string("\(arn)/index/\(name)"),
            "KeySchema": index.keys.json,
            "Projection": .object(projection),
            "ItemCount": .int(index.rows.count),
            "IndexSizeBytes": .int(index.rows.rows.reduce(0) { $0 + $1.size }),
            "ProvisionedThroughput": throughput,
        ])
    }
}

extension DynamoKeySchema {
    fileprivate var json: DynamoJSON {
        .array(
            parts.map { part in
                .object([
                    "AttributeName": .string(part.name), "KeyType": .string(part.role.rawValue),
                ])
            }
        )
    }
}
