import LocalStack
import Testing

@Suite struct DynamoTallyTests {
    private static func forms(_ dynamo: LocalDynamoDB) -> Set<String> {
        Set(
            dynamo.writes.map { count in
                let touches = count.form.touches.map { "\($0.items) \($0.effect.rawValue) \($0.table)" }
                return "\(count.requests) \(count.form.operation) \(touches.joined(separator: " "))"
            }
        )
    }

    @Test func `each request counts once, by what it did to which items`() async throws {
        let harness = try await DynamoHarness()
        for id in ["a", "b", "a"] { try await harness.put(["id": .s(id)]) }
        let delete: DynamoTree = ["TableName": "things", "Key": ["id": .s("b")]]
        for _ in 0..<2 { _ = try await harness.send("DeleteItem", delete) }
        let both: DynamoTree = [
            "TransactItems": [DynamoTransactionTests.put("c"), DynamoTransactionTests.put("d")]
        ]
        _ = try await harness.send("TransactWriteItems", both)
        _ = try await harness.item("a")
        #expect(
            Self.forms(harness.dynamo) == [
                "2 PutItem 1 new things", "1 PutItem 1 change things", "1 DeleteItem 1 removal things",
                "1 DeleteItem ", "1 TransactWriteItems 2 new things",
            ]
        )
        #expect(harness.dynamo.births.map(\.key) == ["a", "b", "c", "d"])
    }

    @Test func `what is refused counts for each table that was meant, and nothing comes to be`() async throws
    {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("a")])
        let absent = DynamoTransactionTests.absent
        let both: DynamoTree = [
            "TransactItems": [DynamoTransactionTests.put("a", absent), DynamoTransactionTests.put("b")]
        ]
        _ = try await harness.send("TransactWriteItems", both)
        _ = try await harness.send("PutItem", ["TableName": "nowhere", "Item": ["id": .s("a")]])
        #expect(
            Self.forms(harness.dynamo) == [
                "1 PutItem 1 new things", "1 TransactWriteItems 2 refused things",
                "1 PutItem 1 refused nowhere",
            ]
        )
        #expect(harness.dynamo.births.map(\.key) == ["a"])
    }
}
