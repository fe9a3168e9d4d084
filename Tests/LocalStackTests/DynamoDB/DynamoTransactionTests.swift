import LocalStack
import Testing

@Suite struct DynamoTransactionTests {
    static func put(_ id: String, _ more: [String: DynamoTree] = [:]) -> DynamoTree {
        var put: DynamoTree = ["TableName": "things", "Item": ["id": .s(id), "n": .n("1")]]
        for (name, value) in more { put[name] = value }
        return ["Put": put]
    }

    static let absent: [String: DynamoTree] = ["ConditionExpression": "attribute_not_exists(id)"]

    static func add(_ amount: String, to id: String) -> DynamoTree {
        [
            "Update": [
                "TableName": "things", "Key": ["id": .s(id)], "UpdateExpression": "ADD n :by",
                "ExpressionAttributeValues": [":by": .n(amount)],
            ]
        ]
    }

    @Test func `all actions are done together`() async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("b"), "n": .n("7")])
        try await harness.put(["id": .s("c")])
        let check: DynamoTree = [
            "ConditionCheck": [
                "TableName": "things", "Key": ["id": .s("d")],
                "ConditionExpression": "attribute_not_exists(id)",
            ]
        ]
        let delete: DynamoTree = ["Delete": ["TableName": "things", "Key": ["id": .s("c")]]]
        let items: DynamoTree = [Self.put("a", Self.absent), Self.add("1", to: "b"), delete, check]
        let reply = try await harness.send("TransactWriteItems", ["TransactItems": items])
        #expect(reply.status == 200, "\(reply.message)")
        #expect(try await harness.item("a") == ["id": .s("a"), "n": .n("1")])
        #expect(try await harness.item("b") == ["id": .s("b"), "n": .n("8")])
        #expect(try await harness.item("c") == nil)
        #expect(try await harness.item("d") == nil)
    }

    @Test func `one failure undoes all and each action has its reason in order`() async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("b"), "n": .n("7")])
        try await harness.put(["id": .s("text"), "n": .s("no number")])
        var shown = Self.absent
        shown["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        let wrongKey: DynamoTree = ["Delete": ["TableName": "things", "Key": ["id": .n("1")]]]
        let items: DynamoTree = [
            Self.put("a"), Self.put("b", shown), Self.add("1", to: "text"), wrongKey,
            Self.put("e", Self.absent),
        ]
        let reply = try await harness.send("TransactWriteItems", ["TransactItems": items])
        #expect(reply.status == 400)
        #expect(reply["__type"] == "com.amazonaws.dynamodb.v20120810#TransactionCanceledException")
        #expect(
            reply["Message"]
                == .string(
                    "Transaction cancelled, please refer cancellation reasons for specific reasons "
                        + "[None, ConditionalCheckFailed, ValidationError, ValidationError, None]"
                )
        )
        let reasons = try #require(reply["CancellationReasons"]?.elements)
        #expect(reasons[0] == ["Code": "None"])
        #expect(
            reasons[1] == [
                "Code": "ConditionalCheckFailed", "Message": "The conditional request failed",
                "Item": ["id": .s("b"), "n": .n("7")],
            ]
        )
        #expect(reasons[2]["Message"] == "An operand in the update expression has an incorrect data type")
        #expect(reasons[3]["Message"] == "The provided key element does not match the schema")
        #expect(reasons[4] == ["Code": "None"])
        #expect(try await harness.item("a") == nil)
        #expect(try await harness.item("e") == nil)
        #expect(harness.dynamo.acceptedWrites(of: "things") == 2)
    }

    @Test func `a repeated token does nothing for ten minutes, other parameters are refused`() async throws {
        let harness = try await DynamoHarness()
        let body: DynamoTree = ["TransactItems": [Self.add("1", to: "x")], "ClientRequestToken": "token"]
        for _ in 0..<3 { #expect(try await harness.send("TransactWriteItems", body).status == 200) }
        #expect(try await harness.item("x")?["n"] == .n("1"))

        let other: DynamoTree = ["TransactItems": [Self.add("2", to: "x")], "ClientRequestToken": "token"]
        let refused = try await harness.send("TransactWriteItems", other)
        #expect(refused.error == "IdempotentParameterMismatchException")
        #expect(refused["Message"] != nil)

        harness.time.advance(by: .seconds(599))
        _ = try await harness.send("TransactWriteItems", body)
        #expect(try await harness.item("x")?["n"] == .n("1"))
        harness.time.advance(by: .seconds(1))
        _ = try await harness.send("TransactWriteItems", body)
        #expect(try await harness.item("x")?["n"] == .n("2"))
    }

    @Test func `a cancelled transaction spends no token`() async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("x")])
        let body: DynamoTree = ["TransactItems": [Self.put("x", Self.absent)], "ClientRequestToken": "token"]
        #expect(try await harness.send("TransactWriteItems", body).error == "TransactionCanceledException")
        try await harness.send("DeleteItem", ["TableName": "things", "Key": ["id": .s("x")]])
        #expect(try await harness.send("TransactWriteItems", body).status == 200)
        #expect(try await harness.item("x") != nil)
    }

    @Test func `a transaction has its limits`() async throws {
        let harness = try await DynamoHarness()
        func send(_ items: [DynamoTree]) async throws -> DynamoHarness.Reply {
            try await harness.send("TransactWriteItems", ["TransactItems": .array(items)])
        }
        let twice = try await send([Self.put("x"), Self.add("1", to: "x")])
        #expect(twice.message == "Transaction request cannot include multiple operations on one item")
        #expect(try await send([]).error == "ValidationException")
        #expect(try await send((0...100).map { Self.put("\($0)") }).error == "ValidationException")
        #expect(try await send((0..<100).map { Self.put("\($0)") }).status == 200)
        let big = String(repeating: "a", count: 400_000)
        let large = (0..<11).map { Self.put("big\($0)", ["Item": ["id": .s("big\($0)"), "a": .s(big)]]) }
        #expect(try await send(large).error == "ValidationException")
        #expect(try await send(Array(large.prefix(10))).status == 200)
        let unknown: DynamoTree = ["Put": ["TableName": "nowhere", "Item": ["id": .s("x")]]]
        #expect(try await send([unknown]).error == "ResourceNotFoundException")
        let mixed: DynamoTree = [
            "Put": ["TableName": "things", "Item": ["id": .s("x")]],
            "Delete": ["TableName": "things", "Key": ["id": .s("x")]],
        ]
        #expect(try await send([mixed]).error == "ValidationException")
        let token: DynamoTree = [
            "TransactItems": [Self.put("x")],
            "ClientRequestToken": .string(String(repeating: "t", count: 37)),
        ]
        #expect(try await harness.send("TransactWriteItems", token).error == "ValidationException")
    }

    @Test func `reads in a transaction come in the order in which they were asked for`() async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("a"), "n": .n("1")])
        let gets = ["none", "a"].map { id -> DynamoTree in
            ["Get": ["TableName": "things", "Key": ["id": .s(id)], "ProjectionExpression": "n"]]
        }
        let reply = try await harness.send("TransactGetItems", ["TransactItems": .array(gets)])
        #expect(reply["Responses"] == [[:], ["Item": ["n": .n("1")]]])
    }

    @Test func `a conflict can be injected with its reasons`() async throws {
        let harness = try await DynamoHarness()
        harness.faults.arm(
            Fault(
                service: "dynamodb",
                operation: "TransactWriteItems",
                effect: .error(
                    code: "TransactionCanceledException",
                    status: 400,
                    message: "Transaction cancelled, please refer cancellation reasons for specific reasons "
                        + "[None, TransactionConflict]"
                ),
                times: 1
            )
        )
        let body: DynamoTree = ["TransactItems": [Self.put("a"), Self.put("b")]]
        let reply = try await harness.send("TransactWriteItems", body)
        #expect(reply["CancellationReasons"] == [["Code": "None"], ["Code": "TransactionConflict"]])
        #expect(try await harness.item("a") == nil)
        #expect(try await harness.send("TransactWriteItems", body).status == 200)
    }

    @Test func `a transaction over the rate is cancelled as a whole`() async throws {
        let harness = try await DynamoHarness(DynamoSettings(writesPerSecond: 3))
        let first: DynamoTree = ["TransactItems": [Self.put("a"), Self.put("b")]]
        #expect(try await harness.send("TransactWriteItems", first).status == 200)
        let second: DynamoTree = ["TransactItems": [Self.put("c"), Self.put("d")]]
        let reply = try await harness.send("TransactWriteItems", second)
        let codes = reply["CancellationReasons"]?.elements.map { $0["Code"]?.text }
        #expect(codes == ["ProvisionedThroughputExceeded", "ProvisionedThroughputExceeded"])
        #expect(try await harness.item("c") == nil)
    }

    @Test func `a transaction larger than a second's writes passes when none were spent`() async throws {
        let harness = try await DynamoHarness(DynamoSettings(writesPerSecond: 1))
        let body: DynamoTree = ["TransactItems": [Self.put("a"), Self.put("b")]]
        #expect(try await harness.send("TransactWriteItems", body).status == 200)
        #expect(try await harness.send("TransactWriteItems", body).error == "TransactionCanceledException")
        harness.time.advance(by: .seconds(2))
        #expect(try await harness.send("TransactWriteItems", body).status == 200)
    }
}
