import LocalStack
import Testing

@Suite struct DynamoIndexTests {
    static func harness(_ settings: DynamoSettings = DynamoSettings()) async throws -> DynamoHarness {
        let harness = try await DynamoHarness(settings)
        try await harness.create(
            "rows",
            ["id": "S", "owner": "S", "due": "N"],
            indexes: [
                DynamoHarness.index("work", "owner", "due"),
                DynamoHarness.index("keys", "owner", projection: ["ProjectionType": "KEYS_ONLY"]),
                DynamoHarness.index(
                    "some",
                    "owner",
                    projection: ["ProjectionType": "INCLUDE", "NonKeyAttributes": ["note"]]
                ),
            ]
        )
        return harness
    }

    static func owned(
        _ harness: DynamoHarness,
        by owner: String,
        index: String = "work",
        _ more: [String: DynamoTree] = [:]
    ) async throws -> DynamoHarness.Reply {
        var body: DynamoTree = [
            "TableName": "rows", "IndexName": .string(index), "KeyConditionExpression": "#o = :o",
            "ExpressionAttributeNames": ["#o": "owner"], "ExpressionAttributeValues": [":o": .s(owner)],
        ]
        for (name, value) in more { body[name] = value }
        return try await harness.send("Query", body)
    }

    static func row(_ id: String, _ owner: String, due: Int = 1) -> DynamoTree {
        ["id": .s(id), "owner": .s(owner), "due": .n("\(due)"), "note": .s("n"), "other": .s("o")]
    }

    @Test func `an index shows a write only after its lag, the table at once`() async throws {
        let harness = try await Self.harness(DynamoSettings(indexLag: .milliseconds(100)))
        try await harness.put(Self.row("x", "w1"), into: "rows")
        #expect(try await Self.owned(harness, by: "w1")["Count"] == 0)
        #expect(try await harness.item("x", from: "rows") != nil)
        harness.time.advance(by: .milliseconds(99))
        #expect(try await Self.owned(harness, by: "w1")["Count"] == 0)
        harness.time.advance(by: .milliseconds(1))
        #expect(try await Self.owned(harness, by: "w1")["Items"] == [Self.row("x", "w1")])

        try await harness.put(Self.row("x", "w2"), into: "rows")
        #expect(try await Self.owned(harness, by: "w1")["Count"] == 1)
        #expect(try await Self.owned(harness, by: "w2")["Count"] == 0)
        harness.time.advance(by: .milliseconds(100))
        #expect(try await Self.owned(harness, by: "w1")["Count"] == 0)
        #expect(try await Self.owned(harness, by: "w2")["Count"] == 1)

        try await harness.send("DeleteItem", ["TableName": "rows", "Key": ["id": .s("x")]])
        #expect(harness.dynamo.items(of: "rows")?.isEmpty == true)
        #expect(harness.dynamo.items(of: "rows", index: "work")?.count == 1)
        harness.time.advance(by: .milliseconds(100))
        #expect(harness.dynamo.items(of: "rows", index: "work")?.isEmpty == true)
    }

    @Test func `a shorter lag doesn't let a later write overtake an earlier one`() async throws {
        let harness = try await Self.harness(DynamoSettings(indexLag: .seconds(10)))
        try await harness.put(Self.row("x", "w1"), into: "rows")
        harness.dynamo.adjust { $0.indexLag = .zero }
        try await harness.put(Self.row("x", "w2"), into: "rows")
        #expect(try await Self.owned(harness, by: "w2")["Count"] == 0)
        harness.time.advance(by: .seconds(10))
        #expect(try await Self.owned(harness, by: "w1")["Count"] == 0)
        #expect(try await Self.owned(harness, by: "w2")["Count"] == 1)
    }

    @Test func `an index holds only items that have its keys`() async throws {
        let harness = try await Self.harness(DynamoSettings(indexLag: .zero))
        try await harness.put(["id": .s("a"), "owner": .s("w1")], into: "rows")
        try await harness.put(Self.row("b", "w1"), into: "rows")
        #expect(try await Self.owned(harness, by: "w1")["Count"] == 1)
        #expect(try await Self.owned(harness, by: "w1", index: "keys")["Count"] == 2)
        let remove: DynamoTree = [
            "TableName": "rows", "Key": ["id": .s("b")], "UpdateExpression": "REMOVE #o",
            "ExpressionAttributeNames": ["#o": "owner"],
        ]
        #expect(try await harness.send("UpdateItem", remove).status == 200)
        #expect(try await Self.owned(harness, by: "w1")["Count"] == 0)
    }

    @Test func `an index shows what it projects`() async throws {
        let harness = try await Self.harness(DynamoSettings(indexLag: .zero))
        try await harness.put(Self.row("x", "w"), into: "rows")
        #expect(
            try await Self.owned(harness, by: "w", index: "keys")["Items"] == [
                ["id": .s("x"), "owner": .s("w")]
            ]
        )
        #expect(
            try await Self.owned(harness, by: "w", index: "some")["Items"]
                == [["id": .s("x"), "owner": .s("w"), "note": .s("n")]]
        )
        let all = try await Self.owned(harness, by: "w", index: "keys", ["Select": "ALL_ATTRIBUTES"])
        #expect(all.message.contains("ALL_ATTRIBUTES is not supported for global secondary index keys"))
        let hidden = try await Self.owned(harness, by: "w", index: "keys", ["ProjectionExpression": "note"])
        #expect(hidden.message.contains("Global secondary index keys does not project [note]"))
    }

    @Test func `an index has no consistent reads`() async throws {
        let harness = try await Self.harness()
        let reply = try await Self.owned(harness, by: "w", ["ConsistentRead": true])
        #expect(reply.error == "ValidationException")
        #expect(reply.message == "Consistent reads are not supported on global secondary indexes")
        let unknown = try await Self.owned(harness, by: "w", index: "none")
        #expect(unknown.message == "The table does not have the specified index: none")
    }

    @Test func `a value that an index can't hold is refused`() async throws {
        let harness = try await Self.harness()
        let wrong = try await harness.send(
            "PutItem",
            ["TableName": "rows", "Item": ["id": .s("x"), "due": .s("soon")]]
        )
        #expect(
            wrong.message.contains("Type mismatch for Index Key due Expected: N Actual: S IndexName: work")
        )
        let empty = try await harness.send(
            "PutItem",
            ["TableName": "rows", "Item": ["id": .s("x"), "owner": .s("")]]
        )
        #expect(empty.message.contains("A value specified for a secondary index key is not supported"))
    }

    @Test func `an index pages through equal keys in both directions`() async throws {
        let harness = try await Self.harness(DynamoSettings(indexLag: .zero))
        for number in 0..<9 {
            try await harness.put(Self.row("r\(number)", "w", due: number / 4), into: "rows")
        }
        for forward in [true, false] {
            var dues: [String?] = []
            var ids: Set<String?> = []
            var start: DynamoTree?
            for _ in 0..<20 {
                var more: [String: DynamoTree] = ["Limit": 2, "ScanIndexForward": .bool(forward)]
                more["ExclusiveStartKey"] = start
                let reply = try await Self.owned(harness, by: "w", more)
                for item in reply["Items"]?.elements ?? [] {
                    dues.append(item["due"]?["N"]?.text)
                    ids.insert(item["id"]?["S"]?.text)
                }
                start = reply["LastEvaluatedKey"]
                if start == nil { break }
                let last = reply["Items"]?.elements.last
                #expect(
                    start == ["id": last?["id"] ?? .null, "owner": .s("w"), "due": last?["due"] ?? .null]
                )
            }
            let ascending = ["0", "0", "0", "0", "1", "1", "1", "1", "2"]
            #expect(dues == (forward ? ascending : ascending.reversed()))
            #expect(ids.count == 9)
        }
    }

    @Test func `an index can be added to a table with items and removed`() async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("x"), "kind": .s("k")])
        let create: DynamoTree = [
            "TableName": "things", "AttributeDefinitions": [["AttributeName": "kind", "AttributeType": "S"]],
            "GlobalSecondaryIndexUpdates": [["Create": DynamoHarness.index("by-kind", "kind")]],
        ]
        #expect(try await harness.send("UpdateTable", create).status == 200)
        #expect(harness.dynamo.items(of: "things", index: "by-kind")?.count == 1)
        let delete: DynamoTree = [
            "TableName": "things", "GlobalSecondaryIndexUpdates": [["Delete": ["IndexName": "by-kind"]]],
        ]
        let reply = try await harness.send("UpdateTable", delete)
        #expect(reply["TableDescription"]?["GlobalSecondaryIndexes"] == nil)
        #expect(reply["TableDescription"]?["AttributeDefinitions"]?.elements.count == 1)
    }

    @Test func `reads without consistency may lag behind the table`() async throws {
        let harness = try await DynamoHarness(DynamoSettings(replicaLag: .seconds(1)))
        try await harness.put(["id": .s("x"), "n": .n("1")])
        let eventual: DynamoTree = ["TableName": "things", "Key": ["id": .s("x")]]
        #expect(try await harness.send("GetItem", eventual)["Item"] == nil)
        #expect(try await harness.item("x") != nil)
        #expect(try await harness.send("Scan", ["TableName": "things"])["Count"] == 0)
        #expect(
            try await harness.send("Scan", ["TableName": "things", "ConsistentRead": true])["Count"] == 1
        )
        harness.time.advance(by: .seconds(1))
        #expect(try await harness.send("GetItem", eventual)["Item"] == ["id": .s("x"), "n": .n("1")])
    }
}
