import AWS
import Foundation
import Testing

struct DynamoDBWireTests {
    @Test func `a request is JSON 1.0 with its operation in a header`() async throws {
        let transport = ScriptedTransport(.json("{}"))
        _ = try await DynamoDB(testClient(transport)).getItem(
            DynamoDB.GetItem(table: "t", key: ["k": .s("v")], projection: "#a", names: ["#a": "a"])
        )
        let request = try #require(transport.requests.first)
        #expect(request.method == "POST")
        #expect(request.url == "https://dynamodb.us-east-1.amazonaws.com/")
        #expect(request.header("x-amz-target") == "DynamoDB_20120810.GetItem")
        #expect(request.header("content-type") == "application/x-amz-json-1.0")
        #expect(request.header("authorization")?.contains("/us-east-1/dynamodb/aws4_request") == true)
        #expect(
            transport.bodies == [
                ##"{"ConsistentRead":true,"ExpressionAttributeNames":{"#a":"a"},"Key":{"k":{"S":"v"}},"##
                    + ##""ProjectionExpression":"#a","TableName":"t"}"##
            ]
        )
    }

    static let values: [(AttributeValue, String)] = [
        (.s("a\"ü"), #"{"S":"a\"ü"}"#),
        (.n("12345678901234567890123456789012345678"), #"{"N":"12345678901234567890123456789012345678"}"#),
        (.n(42), #"{"N":"42"}"#),
        (.b(Data([0, 255])), #"{"B":"AP8="}"#),
        (.bool(false), #"{"BOOL":false}"#),
        (.null, #"{"NULL":true}"#),
        (.l([.s("a"), .l([])]), #"{"L":[{"S":"a"},{"L":[]}]}"#),
        (.m(["a": .m([:])]), #"{"M":{"a":{"M":{}}}}"#),
        (.ss(["a", "b"]), #"{"SS":["a","b"]}"#),
        (.ns(["1"]), #"{"NS":["1"]}"#),
        (.bs([Data([1])]), #"{"BS":["AQ=="]}"#),
    ]

    @Test(arguments: values)
    func `a value goes to the wire and comes back`(value: AttributeValue, text: String) async throws {
        let transport = ScriptedTransport(.json("{}"), .json(#"{"Item":{"a":\#(text)}}"#))
        let dynamo = DynamoDB(try testClient(transport))
        try await dynamo.putItem(DynamoDB.PutItem(table: "t", item: ["a": value]))
        #expect(transport.bodies.first == #"{"Item":{"a":\#(text)},"ReturnValues":"NONE","TableName":"t"}"#)
        #expect(try await dynamo.getItem(DynamoDB.GetItem(table: "t", key: [:])) == ["a": value])
    }

    @Test(arguments: [#"{"X":"a"}"#, #"{}"#, #"{"S":"a","N":"1"}"#, #""a""#, #"{"N":1}"#])
    func `a value of no known type is an error, not an absence`(text: String) async throws {
        let transport = ScriptedTransport(.json(#"{"Item":{"a":\#(text)}}"#))
        let error = await #expect(throws: DynamoDBError.self) {
            try await DynamoDB(testClient(transport)).getItem(DynamoDB.GetItem(table: "t", key: [:]))
        }
        #expect(error?.code == .call(.malformedAnswer))
    }

    @Test func `a condition asks for the item that failed it`() async throws {
        let transport = ScriptedTransport(.json(#"{"Attributes":{"n":{"N":"2"}}}"#), .json("{}"))
        let dynamo = DynamoDB(try testClient(transport))
        let new = try await dynamo.updateItem(
            DynamoDB.UpdateItem(
                table: "t",
                key: ["k": .s("v")],
                update: "SET n = :n",
                condition: "n = :o",
                placeholders: .init(values: [":n": .n(2), ":o": .n(1)]),
                returning: .updatedNew
            )
        )
        #expect(new == ["n": .n("2")])
        try await dynamo.deleteItem(DynamoDB.DeleteItem(table: "t", key: ["k": .s("v")], returning: .allOld))
        #expect(
            transport.bodies == [
                #"{"ConditionExpression":"n = :o","ExpressionAttributeValues":{":n":{"N":"2"},":o":{"N":"1"}},"#
                    + #""Key":{"k":{"S":"v"}},"ReturnValues":"UPDATED_NEW","#
                    + #""ReturnValuesOnConditionCheckFailure":"ALL_OLD","TableName":"t","#
                    + #""UpdateExpression":"SET n = :n"}"#,
                #"{"Key":{"k":{"S":"v"}},"ReturnValues":"ALL_OLD","TableName":"t"}"#,
            ]
        )
    }

    @Test func `a transaction has its four kinds of actions and its token`() async throws {
        let transport = ScriptedTransport(.json("{}"))
        try await DynamoDB(testClient(transport)).transactWriteItems(
            [
                .put(.init(table: "a", item: ["k": .s("1")], condition: "attribute_not_exists(k)")),
                .update(.init(table: "b", key: ["k": .s("2")], update: "REMOVE x")),
                .delete(.init(table: "c", key: ["k": .s("3")])),
                .check(.init(table: "d", key: ["k": .s("4")], condition: "attribute_exists(k)")),
            ],
            token: "token-1"
        )
        #expect(
            transport.bodies == [
                #"{"ClientRequestToken":"token-1","TransactItems":["#
                    + #"{"Put":{"ConditionExpression":"attribute_not_exists(k)","Item":{"k":{"S":"1"}},"#
                    + #""ReturnValuesOnConditionCheckFailure":"ALL_OLD","TableName":"a"}},"#
                    + #"{"Update":{"Key":{"k":{"S":"2"}},"TableName":"b","UpdateExpression":"REMOVE x"}},"#
                    + #"{"Delete":{"Key":{"k":{"S":"3"}},"TableName":"c"}},"#
                    + #"{"ConditionCheck":{"ConditionExpression":"attribute_exists(k)","Key":{"k":{"S":"4"}},"#
                    + #""ReturnValuesOnConditionCheckFailure":"ALL_OLD","TableName":"d"}}]}"#
            ]
        )
    }

    @Test func `an empty page with a key is no end`() async throws {
        let transport = ScriptedTransport(
            .json(#"{"Items":[],"LastEvaluatedKey":{"k":{"S":"1"}}}"#),
            .json(#"{"Items":[{"k":{"S":"2"}}],"LastEvaluatedKey":{"k":{"S":"2"}}}"#),
            .json(#"{"Items":[{"k":{"S":"3"}}]}"#)
        )
        let query = DynamoDB.Query(table: "t", index: "i", keyCondition: "k = :k", limit: 1)
        let page = try await DynamoDB(testClient(transport)).queryAll(query, atMost: 100)
        #expect(page == DynamoDB.Page(items: [["k": .s("2")], ["k": .s("3")]]))
        #expect(transport.bodies[1].contains(#""ExclusiveStartKey":{"k":{"S":"1"}}"#))
        #expect(transport.bodies[2].contains(#""ExclusiveStartKey":{"k":{"S":"2"}}"#))
        #expect(transport.bodies[0].contains(#""IndexName":"i","KeyConditionExpression":"k = :k","Limit":1"#))
    }

    @Test func `a walk that is cut says where it would go on`() async throws {
        let transport = ScriptedTransport(.json(#"{"Items":[{},{}],"LastEvaluatedKey":{"k":{"S":"1"}}}"#))
        let page = try await DynamoDB(testClient(transport)).scanAll(DynamoDB.Scan(table: "t"), atMost: 2)
        #expect(page.items.count == 2)
        #expect(page.next == ["k": .s("1")])
    }

    @Test func `a page that leads to itself is an error`() async throws {
        let page = AWSResponse.json(#"{"Items":[],"LastEvaluatedKey":{"k":{"S":"1"}}}"#)
        let transport = ScriptedTransport(page, page)
        let error = await #expect(throws: DynamoDBError.self) {
            try await DynamoDB(testClient(transport)).scanAll(DynamoDB.Scan(table: "t"), atMost: 2)
        }
        #expect(error?.code == .call(.malformedAnswer))
    }

    @Test func `a table declares each key attribute once and is paid by request`() async throws {
        let transport = ScriptedTransport(
            .json(
                #"{"TableDescription":{"TableName":"t","TableStatus":"CREATING","#
                    + #""GlobalSecondaryIndexes":[{"IndexName":"i","IndexStatus":"ACTIVE"}]}}"#
            )
        )
        let table = try await DynamoDB(testClient(transport)).createTable(
            .init(
                name: "t",
                partitionKey: .init("k"),
                sortKey: .init("s", .number),
                indexes: [
                    .init(name: "i", partitionKey: .init("s", .number), projection: .include(["a"])),
                    .init(name: "j", partitionKey: .init("o"), sortKey: .init("k"), projection: .keysOnly),
                ]
            )
        )
        #expect(table == .init(name: "t", status: .creating, indexes: ["i": .active]))
        let body = try #require(transport.bodies.first)
        #expect(
            body.hasPrefix(
                #"{"AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"},"#
                    + #"{"AttributeName":"s","AttributeType":"N"},{"AttributeName":"o","AttributeType":"S"}],"#
                    + #""BillingMode":"PAY_PER_REQUEST","#
            )
        )
        #expect(body.contains(#""Projection":{"NonKeyAttributes":["a"],"ProjectionType":"INCLUDE"}"#))
        #expect(
            body.contains(
                #"[{"AttributeName":"o","KeyType":"HASH"},{"AttributeName":"k","KeyType":"RANGE"}]"#
            )
        )
    }

    @Test func `a checksum that is wrong is read again, and a write behind it may have taken effect`()
        async throws
    {
        let body = #"{"Item":{"k":{"S":"v"}}}"#
        let wrong = AWSResponse.json(body, headers: ["x-amz-crc32": "1"])
        let right = AWSResponse.json(body, headers: ["x-amz-crc32": "3412470164"])
        let transport = ScriptedTransport(wrong, right, wrong, wrong, wrong)
        let dynamo = DynamoDB(try testClient(transport))
        #expect(try await dynamo.getItem(CallTests.get) == ["k": .s("v")])
        let error = await #expect(throws: DynamoDBError.self) { try await dynamo.putItem(CallTests.put) }
        #expect(error?.code == .call(.malformedAnswer))
        #expect(error?.mayHaveTakenEffect == true)
    }
}
