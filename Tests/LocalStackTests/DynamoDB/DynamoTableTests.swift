import Foundation
import LocalStack
import Testing

@Suite struct DynamoTableTests {
    @Test func `a table is described, listed and deleted`() async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("x")])
        let table = try await harness.send("DescribeTable", ["TableName": "things"])["Table"]
        #expect(table?["TableStatus"] == "ACTIVE")
        #expect(table?["ItemCount"] == 1)
        #expect(table?["TableSizeBytes"] == 3)
        #expect(table?["KeySchema"] == DynamoHarness.keys("id", nil))
        #expect(table?["BillingModeSummary"]?["BillingMode"] == "PAY_PER_REQUEST")
        let first = try await harness.send("ListTables", ["Limit": 1])
        #expect(first.body == ["TableNames": ["things"], "LastEvaluatedTableName": "things"])
        let rest = try await harness.send("ListTables", ["ExclusiveStartTableName": "things"])
        #expect(rest.body == ["TableNames": ["visits"]])
        let deleted = try await harness.send("DeleteTable", ["TableName": "things"])
        #expect(deleted["TableDescription"]?["TableStatus"] == "DELETING")
        let gone = try await harness.send("DescribeTable", ["TableName": "things"])
        #expect(gone.error == "ResourceNotFoundException")
        #expect(gone.message == "Requested resource not found: Table: things not found")
        let put = try await harness.send("PutItem", ["TableName": "things", "Item": ["id": .s("x")]])
        #expect(put.message == "Requested resource not found")
    }

    @Test func `a table takes its time to be made`() async throws {
        let harness = try await DynamoHarness(DynamoSettings(tableCreation: .seconds(5)))
        let describe: DynamoTree = ["TableName": "things"]
        #expect(try await harness.send("DescribeTable", describe)["Table"]?["TableStatus"] == "CREATING")
        #expect(try await harness.send("Scan", describe).error == "ResourceNotFoundException")
        #expect(try await harness.send("DeleteTable", describe).error == "ResourceInUseException")
        harness.time.advance(by: .seconds(5))
        #expect(try await harness.send("DescribeTable", describe)["Table"]?["TableStatus"] == "ACTIVE")
        #expect(try await harness.send("Scan", describe).status == 200)
    }

    static let valid: DynamoTree = [
        "TableName": "fresh", "BillingMode": "PAY_PER_REQUEST", "KeySchema": DynamoHarness.keys("id", nil),
        "AttributeDefinitions": [["AttributeName": "id", "AttributeType": "S"]],
    ]

    @Test(
        arguments: [
            ("TableName", "ab"), ("TableName", "a b c"), ("TableName", "things"), ("KeySchema", .null),
            ("KeySchema", DynamoHarness.keys("nope", nil)), ("KeySchema", DynamoHarness.keys("id", "id")),
            ("KeySchema", [["AttributeName": "id", "KeyType": "RANGE"]]), ("BillingMode", "PROVISIONED"),
            ("AttributeDefinitions", [["AttributeName": "id", "AttributeType": "BOOL"]]),
            ("ProvisionedThroughput", ["ReadCapacityUnits": 1, "WriteCapacityUnits": 1]),
            ("GlobalSecondaryIndexes", [DynamoHarness.index("other", "undeclared")]),
            ("LocalSecondaryIndexes", [DynamoHarness.index("other", "id")]),
            (
                "AttributeDefinitions",
                [
                    ["AttributeName": "id", "AttributeType": "S"],
                    ["AttributeName": "more", "AttributeType": "S"],
                ]
            ),
        ] as [(String, DynamoTree)]
    )
    func `a wrong table is refused`(member: String, value: DynamoTree) async throws {
        let harness = try await DynamoHarness()
        var body = Self.valid
        body[member] = value
        let reply = try await harness.send("CreateTable", body)
        #expect(reply.error == (value == "things" ? "ResourceInUseException" : "ValidationException"))
        #expect(harness.dynamo.tableNames == ["things", "visits"])
    }

    @Test func `expired items are visible until a sweep`() async throws {
        let harness = try await DynamoHarness(DynamoSettings(expirySweep: .seconds(3600)))
        let spec: DynamoTree = ["AttributeName": "expires", "Enabled": true]
        let enable: DynamoTree = ["TableName": "things", "TimeToLiveSpecification": spec]
        #expect(try await harness.send("UpdateTimeToLive", enable)["TimeToLiveSpecification"] == spec)
        #expect(try await harness.send("UpdateTimeToLive", enable).message == "TimeToLive is already enabled")
        let description = try await harness.send("DescribeTimeToLive", ["TableName": "things"])
        #expect(
            description["TimeToLiveDescription"] == [
                "TimeToLiveStatus": "ENABLED", "AttributeName": "expires",
            ]
        )
        let now = Int(harness.time.time().date().timeIntervalSince1970)
        try await harness.put(["id": .s("soon"), "expires": .n("\(now + 10)")])
        try await harness.put(["id": .s("later"), "expires": .n("\(now + 7000)")])
        try await harness.put(["id": .s("text"), "expires": .s("\(now)")])
        try await harness.put(["id": .s("mistake"), "expires": .n("1")])
        harness.time.advance(by: .seconds(3599))
        #expect(try await harness.item("soon") != nil)
        harness.time.advance(by: .seconds(1))
        #expect(try await harness.item("soon") == nil)
        for id in ["later", "text", "mistake"] { #expect(try await harness.item(id) != nil) }
        harness.time.advance(by: .seconds(3600))
        #expect(try await harness.item("later") == nil)
    }

    @Test func `running, it sweeps without being asked`() async throws {
        let harness = try await DynamoHarness(DynamoSettings(expirySweep: .seconds(10)))
        let spec: DynamoTree = ["AttributeName": "expires", "Enabled": true]
        try await harness.send("UpdateTimeToLive", ["TableName": "things", "TimeToLiveSpecification": spec])
        let now = Int(harness.time.time().date().timeIntervalSince1970)
        try await harness.put(["id": .s("x"), "expires": .n("\(now)")])
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await harness.dynamo.run() }
            await harness.time.sleepers(atLeast: 1)
            #expect(harness.dynamo.items(of: "things")?.count == 1)
            harness.time.advance(by: .seconds(10))
            await harness.time.sleepers(atLeast: 1)
            #expect(harness.dynamo.items(of: "things")?.isEmpty == true)
            group.cancelAll()
            let end = await group.nextResult()
            #expect(throws: CancellationError.self) { try end?.get() }
        }
    }
}
