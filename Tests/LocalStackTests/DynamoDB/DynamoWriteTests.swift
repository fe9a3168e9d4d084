import Foundation
import LocalStack
import Testing

@Suite struct DynamoWriteTests {
    @Test func `a put under a condition that fails changes nothing`() async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("x"), "n": .n("1")])
        let body: DynamoTree = [
            "TableName": "things", "Item": ["id": .s("x")], "ConditionExpression": "attribute_not_exists(id)",
        ]
        let reply = try await harness.send("PutItem", body)
        #expect(reply.status == 400)
        #expect(reply["__type"] == "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException")
        #expect(reply["message"] == "The conditional request failed")
        #expect(reply["Item"] == nil)
        #expect(try await harness.item("x") == ["id": .s("x"), "n": .n("1")])
    }

    @Test(arguments: ["PutItem", "UpdateItem", "DeleteItem"])
    func `a failed condition shows the item if that was asked for`(operation: String) async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("x"), "writer": .s("a")])
        var body: DynamoTree = [
            "TableName": "things", "ConditionExpression": "writer = :me",
            "ExpressionAttributeValues": [":me": .s("b")], "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        ]
        body[operation == "PutItem" ? "Item" : "Key"] = ["id": .s("x")]
        let reply = try await harness.send(operation, body)
        #expect(reply.error == "ConditionalCheckFailedException")
        #expect(reply["Item"] == ["id": .s("x"), "writer": .s("a")])
        body[operation == "PutItem" ? "Item" : "Key"] = ["id": .s("absent")]
        let absent = try await harness.send(operation, body)
        #expect(absent.error == "ConditionalCheckFailedException")
        #expect(absent["Item"] == nil)
    }

    @Test func `put and delete return the old item if asked`() async throws {
        let harness = try await DynamoHarness()
        let put: DynamoTree = [
            "TableName": "things", "Item": ["id": .s("x"), "n": .n("1")], "ReturnValues": "ALL_OLD",
        ]
        #expect(try await harness.send("PutItem", put)["Attributes"] == nil)
        #expect(try await harness.send("PutItem", put)["Attributes"] == ["id": .s("x"), "n": .n("1")])
        let delete: DynamoTree = ["TableName": "things", "Key": ["id": .s("x")], "ReturnValues": "ALL_OLD"]
        #expect(try await harness.send("DeleteItem", delete)["Attributes"] == ["id": .s("x"), "n": .n("1")])
        #expect(try await harness.send("DeleteItem", delete)["Attributes"] == nil)
        var wrong = put
        wrong["ReturnValues"] = "ALL_NEW"
        #expect(
            try await harness.send("PutItem", wrong).message == "ReturnValues can only be ALL_OLD or NONE"
        )
    }

    @Test(
        arguments: [
            ([:], "Missing the key id in the item"),
            (["id": .n("1")], "Type mismatch for key id expected: S actual: N"),
            (["id": .s("")], "cannot contain an empty string value. Key: id"),
            (
                ["id": .s(String(repeating: "k", count: 2049))],
                "Size of hashkey has exceeded the maximum size limit of2048"
            ),
            (["id": .s("x"), "a": ["SS": []]], "An string set  may not be empty"),
            (["id": .s("x"), "a": ["NS": []]], "An number set  may not be empty"),
            (["id": .s("x"), "a": ["BS": []]], "Binary sets should not be empty"),
            (["id": .s("x"), "a": .ss("b", "b")], "Input collection [b, b] contains duplicates."),
            (["id": .s("x"), "a": ["NS": ["1", "1.0"]]], "contains duplicates"),
            (
                ["id": .s("x"), "a": ["NULL": false]],
                "Null attribute value types must have the value of true"
            ),
            (["id": .s("x"), "a": [:]], "must contain exactly one of the supported datatypes"),
            (["id": .s("x"), "a": ["S": "b", "N": "1"]], "has more than one datatypes set"),
            (["id": .s("x"), "a": ["X": "b"]], "must contain exactly one of the supported datatypes"),
            (
                ["id": .s("x"), "a": .s(String(repeating: "a", count: 409_597))],
                "Item size has exceeded the maximum"
            ),
            (
                ["id": .s("x"), "a": DynamoUpdateTests.nested(33)],
                "Nesting Levels have exceeded supported limits"
            ),
        ] as [(DynamoTree, String)]
    )
    func `an item that breaks a rule is refused`(item: DynamoTree, message: String) async throws {
        let harness = try await DynamoHarness()
        let reply = try await harness.send("PutItem", ["TableName": "things", "Item": item])
        #expect(reply.error == "ValidationException")
        #expect(reply.message.contains(message), "\(reply.message)")
    }

    @Test func `an item may be exactly as large and as deep as allowed`() async throws {
        let harness = try await DynamoHarness()
        // 400 KB are 409,600: "id" and "x" take three bytes, "a" one.
        try await harness.put(["id": .s("x"), "a": .s(String(repeating: "a", count: 409_596))])
        try await harness.put(["id": .s(String(repeating: "k", count: 2048)), "e": .s(""), "b": ["B": ""]])
        try await harness.put(["id": .s("x"), "a": DynamoUpdateTests.nested(32)])
    }

    @Test(
        arguments: [
            ["user": .s("u")], ["user": .s("u"), "visit": .s("1")],
            ["user": .s("u"), "visit": .n("1"), "more": .n("1")],
            ["user": .s("u"), "when": .n("1")],
        ] as [DynamoTree]
    )
    func `a key must be exactly the table's`(key: DynamoTree) async throws {
        let harness = try await DynamoHarness()
        for operation in ["GetItem", "DeleteItem", "UpdateItem"] {
            let reply = try await harness.send(operation, ["TableName": "visits", "Key": key])
            #expect(reply.message == "The provided key element does not match the schema")
        }
    }

    @Test func `strings are told apart byte by byte`() async throws {
        let harness = try await DynamoHarness()
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        try await harness.put(["id": .s(composed), "n": .n("1")])
        try await harness.put(["id": .s(decomposed), "n": .n("2")])
        #expect(harness.dynamo.items(of: "things")?.count == 2)
        let reply = try await harness.scan("id = :id", values: [":id": .s(decomposed)])
        #expect(reply["Items"] == [["id": .s(decomposed), "n": .n("2")]])
        #expect(reply["Count"] == 1)
    }

    @Test func `every kind of value comes back as it was put`() async throws {
        let harness = try await DynamoHarness()
        let item: DynamoTree = [
            "id": .s("quote\" back\\slash \u{1}\n tab\t snow☃ \u{1F600}"), "b": ["B": "AAEC/w=="],
            "t": ["BOOL": false],
            "z": ["NULL": true], "l": .l(.n("1"), .m(["x": .l()])), "ns": ["NS": ["-1", "0.5", "10"]],
            "bs": ["BS": ["AA==", "AQ=="]], "ss": .ss("a", "b"),
        ]
        try await harness.put(item)
        #expect(try await harness.send("Scan", ["TableName": "things"])["Items"] == [item])
    }

    @Test func `of many writers under the same condition one wins`() async throws {
        let harness = try await DynamoHarness()
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for writer in 0..<50 {
                group.addTask {
                    let body: DynamoTree = [
                        "TableName": "things", "Item": ["id": .s("x"), "writer": .s("\(writer)")],
                        "ConditionExpression": "attribute_not_exists(id)",
                    ]
                    return try await harness.send("PutItem", body).status == 200
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
        #expect(harness.dynamo.acceptedWrites(of: "things") == 1)
    }

    @Test func `legacy parameters are refused instead of ignored`() async throws {
        let harness = try await DynamoHarness()
        let body: DynamoTree = [
            "TableName": "things", "Item": ["id": .s("x")], "Expected": ["id": ["Exists": false]],
        ]
        #expect(try await harness.send("PutItem", body).error == "ValidationException")
    }

    @Test func `writes over the rate are refused until time has passed`() async throws {
        let harness = try await DynamoHarness(DynamoSettings(writesPerSecond: 2))
        let body: DynamoTree = ["TableName": "things", "Item": ["id": .s("x")]]
        #expect(try await harness.send("PutItem", body).status == 200)
        #expect(try await harness.send("PutItem", body).status == 200)
        #expect(try await harness.send("PutItem", body).error == "ProvisionedThroughputExceededException")
        harness.time.advance(by: .milliseconds(500))
        #expect(try await harness.send("PutItem", body).status == 200)
        #expect(try await harness.send("PutItem", body).error == "ProvisionedThroughputExceededException")
    }

    @Test func `a batch over the rate is done in part and names the rest`() async throws {
        let harness = try await DynamoHarness(DynamoSettings(writesPerSecond: 3))
        let puts = (0..<5).map { number -> DynamoTree in ["PutRequest": ["Item": ["id": .s("\(number)")]]] }
        let reply = try await harness.send("BatchWriteItem", ["RequestItems": ["things": .array(puts)]])
        #expect(reply["UnprocessedItems"] == ["things": .array(Array(puts[3...]))])
        #expect(harness.dynamo.items(of: "things")?.count == 3)
        let again = try await harness.send(
            "BatchWriteItem",
            ["RequestItems": ["things": .array(Array(puts[3...]))]]
        )
        #expect(again.error == "ProvisionedThroughputExceededException")
    }

    @Test func `a batch has at most 25 writes of different items`() async throws {
        let harness = try await DynamoHarness()
        let puts = (0..<26).map { number -> DynamoTree in ["PutRequest": ["Item": ["id": .s("\(number)")]]] }
        let many = try await harness.send("BatchWriteItem", ["RequestItems": ["things": .array(puts)]])
        #expect(many.message == "Too many items requested for the BatchWriteItem call")
        let twice: DynamoTree = [
            "RequestItems": ["things": [["DeleteRequest": ["Key": ["id": .s("1")]]], puts[1]]]
        ]
        let reply = try await harness.send("BatchWriteItem", twice)
        #expect(reply.message == "Provided list of item keys contains duplicates")
        #expect(harness.dynamo.items(of: "things")?.isEmpty == true)
    }

    @Test func `a batch of reads finds what there is`() async throws {
        let harness = try await DynamoHarness()
        for id in ["a", "b"] { try await harness.put(["id": .s(id), "n": .n("1")]) }
        let keys: DynamoTree = [["id": .s("a")], ["id": .s("none")], ["id": .s("b")]]
        let body: DynamoTree = ["RequestItems": ["things": ["Keys": keys, "ProjectionExpression": "id"]]]
        let reply = try await harness.send("BatchGetItem", body)
        #expect(reply["Responses"] == ["things": [["id": .s("a")], ["id": .s("b")]]])
        #expect(reply["UnprocessedKeys"] == [:])
        let twice: DynamoTree = ["RequestItems": ["things": ["Keys": [["id": .s("a")], ["id": .s("a")]]]]]
        #expect(try await harness.send("BatchGetItem", twice).error == "ValidationException")
    }
}
