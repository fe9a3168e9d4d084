import Foundation
import LocalStack
import Testing

/// A local DynamoDB with time that stands still.
///
/// It has one table `things` with the key `id`, and one table `visits` with the
/// keys `user` and `visit`.
struct DynamoHarness {
    let time = ManualTime()
    let faults: FaultPlan
    let dynamo: LocalDynamoDB

    struct Reply {
        var status: Int
        var headers: [String: String]
        var body: DynamoTree
        var isDropped = false

        subscript(name: String) -> DynamoTree? { body[name] }

        /// The error's name without its space, nil if it went well.
        var error: String? {
            body["__type"]?.text?.split(separator: "#").last.map { String($0) }
        }

        var message: String { (body["message"] ?? body["Message"])?.text ?? "" }
    }

    init(_ settings: DynamoSettings = DynamoSettings()) async throws {
        faults = FaultPlan(seed: 1, time: time.time())
        dynamo = LocalDynamoDB(time: time.time(), faults: faults, settings: settings)
        try await create("things", ["id": "S"])
        try await create("visits", ["user": "S", "visit": "N"], sort: "visit")
    }

    /// Makes a table; its partition key is the attribute that isn't the sort key.
    func create(
        _ name: String,
        _ attributes: [String: String],
        sort: String? = nil,
        indexes: [DynamoTree] = []
    ) async throws {
        let indexed = indexes.flatMap { $0["KeySchema"]?.elements ?? [] }.compactMap {
            $0["AttributeName"]?.text
        }
        let partition = attributes.keys.first { $0 != sort && !indexed.contains($0) } ?? ""
        var body: DynamoTree = [
            "TableName": .string(name), "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": .array(
                attributes.map { ["AttributeName": .string($0.key), "AttributeType": .string($0.value)] }
            ),
            "KeySchema": Self.keys(partition, sort),
        ]
        if !indexes.isEmpty { body["GlobalSecondaryIndexes"] = .array(indexes) }
        let reply = try await send("CreateTable", body)
        try #require(reply.status == 200, "\(reply.message)")
    }

    static func keys(_ partition: String, _ sort: String?) -> DynamoTree {
        var parts: [DynamoTree] = [["AttributeName": .string(partition), "KeyType": "HASH"]]
        if let sort { parts.append(["AttributeName": .string(sort), "KeyType": "RANGE"]) }
        return .array(parts)
    }

    static func index(
        _ name: String,
        _ partition: String,
        _ sort: String? = nil,
        projection: DynamoTree = ["ProjectionType": "ALL"]
    ) -> DynamoTree {
        ["IndexName": .string(name), "KeySchema": keys(partition, sort), "Projection": projection]
    }

    @discardableResult
    func send(_ operation: String, _ body: DynamoTree) async throws -> Reply {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try await send(operation, raw: encoder.encode(body))
    }

    func send(_ operation: String, raw body: Data) async throws -> Reply {
        let request = LocalRequest(
            method: "POST",
            path: "/",
            headers: ["x-amz-target": "DynamoDB_20120810.\(operation)"],
            body: body
        )
        let response = await dynamo.handle(request)
        let headers = Dictionary(response.headers.map { ($0.name, $0.value) }) { first, _ in first }
        guard case .data(let data) = response.body else {
            return Reply(status: response.status, headers: headers, body: .null, isDropped: true)
        }
        let tree = try JSONDecoder().decode(DynamoTree.self, from: data)
        return Reply(status: response.status, headers: headers, body: tree)
    }

    /// Puts an item that must be accepted.
    func put(_ item: DynamoTree, into table: String = "things") async throws {
        let reply = try await send("PutItem", ["TableName": .string(table), "Item": item])
        try #require(reply.status == 200, "\(reply.message)")
    }

    func item(_ id: String, from table: String = "things") async throws -> DynamoTree? {
        try await send(
            "GetItem",
            ["TableName": .string(table), "Key": ["id": .s(id)], "ConsistentRead": true]
        )["Item"]
    }

    func update(
        _ expression: String,
        id: String = "x",
        names: DynamoTree? = nil,
        values: DynamoTree? = nil,
        more: [String: DynamoTree] = [:]
    ) async throws -> Reply {
        var body: DynamoTree = [
            "TableName": "things", "Key": ["id": .s(id)], "UpdateExpression": .string(expression),
        ]
        body["ExpressionAttributeNames"] = names
        body["ExpressionAttributeValues"] = values
        for (name, value) in more { body[name] = value }
        return try await send("UpdateItem", body)
    }

    /// Asks for the items that meet a condition.
    func scan(_ filter: String, names: DynamoTree? = nil, values: DynamoTree? = nil) async throws -> Reply {
        var body: DynamoTree = ["TableName": "things", "FilterExpression": .string(filter)]
        body["ExpressionAttributeNames"] = names
        body["ExpressionAttributeValues"] = values
        return try await send("Scan", body)
    }
}
