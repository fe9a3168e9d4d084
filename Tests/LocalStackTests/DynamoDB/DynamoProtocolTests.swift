import Foundation
import LocalStack
import Testing

@Suite struct DynamoProtocolTests {
    @Test func `an answer has the headers that clients read`() async throws {
        let harness = try await DynamoHarness()
        let reply = try await harness.send("PutItem", ["TableName": "things", "Item": ["id": .s("x")]])
        #expect(reply.headers["Content-Type"] == "application/x-amz-json-1.0")
        // The checksum of `{}`.
        #expect(reply.headers["x-amz-crc32"] == "2745614147")
        #expect(reply.headers["x-amzn-RequestId"]?.isEmpty == false)
        #expect(reply.headers["Date"] == "Mon, 21 Sep 2026 14:13:20 GMT")
        let error = try await harness.send("PutItem", ["TableName": "nowhere", "Item": ["id": .s("x")]])
        #expect(error.headers["x-amz-crc32"] != nil)
    }

    @Test(arguments: ["Nonsense", "", "ExecuteStatement"])
    func `an unknown operation is refused`(operation: String) async throws {
        let harness = try await DynamoHarness()
        let reply = try await harness.send(operation, [:])
        #expect(reply.status == 400)
        #expect(reply["__type"] == "com.amazon.coral.service#UnknownOperationException")
    }

    @Test(
        arguments: [
            "", "{", "[]x", #"{"a":}"#, #"{"a":1,}"#, #"{"a" 1}"#, #"{"TableName":7,"Item":{}}"#, "nul", "\"",
            #"{"a":"\u12"}"#,
            #"{"a":"\ud800"}"#, #"{"TableName":"things","Item":[]}"#,
            #"{"TableName":"things","Item":{"id":"x"}}"#,
            #"{"TableName":"things","Item":{"id":{"S":1}}}"#,
            #"{"TableName":"things","Item":{"id":{"N":1}}}"#,
            #"{"TableName":"things","Item":{"id":{"B":"?"}}}"#, String(repeating: "[", count: 100_000), "-",
            "1e",
        ]
    )
    func `a body that can't be read is an error and no more`(body: String) async throws {
        let harness = try await DynamoHarness()
        let reply = try await harness.send("PutItem", raw: Data(body.utf8))
        #expect(reply.status == 400)
        #expect(reply.error == "SerializationException")
    }

    @Test func `bytes that are no UTF-8 are refused`() async throws {
        let harness = try await DynamoHarness()
        var body = Data(#"{"TableName":"things","Item":{"id":{"S":""#.utf8)
        body.append(contentsOf: [0xC3, 0x28])
        body.append(contentsOf: Data(#""}}}"#.utf8))
        #expect(try await harness.send("PutItem", raw: body).error == "SerializationException")
    }

    @Test func `escapes in strings are read`() async throws {
        let harness = try await DynamoHarness()
        let body = #"{"TableName":"things","Item":{"id":{"S":"\u00e9\ud83d\ude00\n\"\\\/"}}}"#
        #expect(try await harness.send("PutItem", raw: Data(body.utf8)).status == 200)
        #expect(harness.dynamo.items(of: "things")?.first?["id"]?.stringValue == "é😀\n\"\\/")
    }

    @Test func `a missing parameter is named`() async throws {
        let harness = try await DynamoHarness()
        let reply = try await harness.send("GetItem", ["Key": ["id": .s("x")]])
        #expect(
            reply.message
                == "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: "
                + "Member must not be null"
        )
    }

    @Test func `a plain GET tells that the service is there`() async throws {
        let harness = try await DynamoHarness()
        #expect(await harness.dynamo.handle(LocalRequest(method: "GET", path: "/")).status == 200)
    }

    @Test func `a fault before the operation keeps it from taking place, one after it doesn't`() async throws
    {
        let harness = try await DynamoHarness()
        let error = Fault.Effect.error(code: "InternalServerError", status: 500, message: "injected")
        let body: DynamoTree = ["TableName": "things", "Item": ["id": .s("x")]]
        harness.faults.arm(Fault(service: "dynamodb", operation: "PutItem", effect: error, times: 1))
        let before = try await harness.send("PutItem", body)
        #expect(before.status == 500)
        #expect(before["__type"] == "com.amazonaws.dynamodb.v20120810#InternalServerError")
        #expect(before.headers["x-amz-crc32"] != nil)
        #expect(try await harness.item("x") == nil)
        harness.faults.arm(
            Fault(service: "dynamodb", operation: "*", effect: .drop, moment: .after, times: 1)
        )
        #expect(try await harness.send("PutItem", body).isDropped)
        #expect(try await harness.item("x") != nil)
    }

    @Test func `throttling can be injected in its own space`() async throws {
        let harness = try await DynamoHarness()
        let effect = Fault.Effect.error(code: "ThrottlingException", status: 400, message: "Rate exceeded")
        harness.faults.arm(Fault(service: "*", operation: "GetItem", effect: effect))
        let reply = try await harness.send("GetItem", [:])
        #expect(reply["__type"] == "com.amazon.coral.availability#ThrottlingException")
    }
}
