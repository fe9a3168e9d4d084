import AWS
import Foundation
import Testing

struct DynamoDBErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let type: String
        var status = 400
        let code: DynamoDBError.Code
        var retriable = false
        var mayHaveTakenEffect = false

        var testDescription: String { type }
    }

    static let cases = [
        Case(type: "ConditionalCheckFailedException", code: .conditionalCheckFailed(item: nil)),
        Case(type: "TransactionConflictException", code: .transactionConflict, retriable: true),
        Case(
            type: "TransactionInProgressException",
            code: .transactionInProgress,
            retriable: true,
            mayHaveTakenEffect: true
        ),
        Case(type: "IdempotentParameterMismatchException", code: .idempotentParameterMismatch),
        Case(type: "ResourceNotFoundException", code: .resourceNotFound),
        Case(type: "ResourceInUseException", code: .resourceInUse),
        Case(type: "ValidationException", code: .validation),
        Case(type: "ProvisionedThroughputExceededException", code: .throttled, retriable: true),
        Case(type: "ThrottlingException", code: .throttled, retriable: true),
        Case(type: "RequestLimitExceeded", code: .throttled, retriable: true),
        Case(type: "AccessDeniedException", code: .accessDenied),
        Case(
            type: "InternalServerError",
            status: 500,
            code: .internalError,
            retriable: true,
            mayHaveTakenEffect: true
        ),
        Case(
            type: "ServiceUnavailable",
            status: 503,
            code: .internalError,
            retriable: true,
            mayHaveTakenEffect: true
        ),
        Case(type: "NewException", code: .other("NewException")),
    ]

    @Test(arguments: cases)
    func `an error answer has its code, and says whether it passes and what it leaves open`(
        expected: Case
    ) async throws {
        let answer = AWSResponse.dynamoError(expected.type, status: expected.status)
        let transport = ScriptedTransport(answer, answer, answer)
        let error = await #expect(throws: DynamoDBError.self) {
            try await DynamoDB(testClient(transport)).putItem(CallTests.put)
        }
        #expect(error?.code == expected.code)
        #expect(error?.retriable == expected.retriable)
        #expect(error?.mayHaveTakenEffect == expected.mayHaveTakenEffect)
        #expect(error?.status == expected.status)
        #expect(error?.requestID == "REQ1")
        #expect(error?.message == "no")
        #expect(transport.requests.count == (expected.retriable ? 3 : 1))
    }

    @Test func `an answer that is no JSON is judged by its status`() async throws {
        let transport = ScriptedTransport(.json("<html>", status: 413))
        let error = await #expect(throws: DynamoDBError.self) {
            try await DynamoDB(testClient(transport)).putItem(CallTests.put)
        }
        #expect(error?.code == .other("HTTP 413"))
    }

    @Test func `a cancelled transaction has a reason an action, in order`() async throws {
        let transport = ScriptedTransport(
            .dynamoError(
                "TransactionCanceledException",
                #""Message":"cancelled","CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","#
                    + #""Message":"The conditional request failed","Item":{"k":{"S":"v"}}},"#
                    + #"{"Code":"TransactionConflict"}]"#
            )
        )
        let error = await #expect(throws: DynamoDBError.self) { try await Self.transact(transport) }
        #expect(
            error?.code
                == .transactionCanceled([
                    .init(code: .none),
                    .init(
                        code: .conditionalCheckFailed,
                        item: ["k": .s("v")],
                        message: "The conditional request failed"
                    ),
                    .init(code: .transactionConflict),
                ])
        )
        #expect(error?.message == "cancelled")
        #expect(error?.retriable == false)
        #expect(transport.requests.count == 1)
    }

    @Test func `a transaction cancelled only by what passes is repeated with the same token`() async throws {
        let transport = ScriptedTransport(
            .dynamoError(
                "TransactionCanceledException",
                #""CancellationReasons":[{"Code":"None"},{"Code":"TransactionConflict"},"#
                    + #"{"Code":"ThrottlingError"}]"#
            ),
            .json("{}")
        )
        try await Self.transact(transport)
        #expect(transport.requests.count == 2)
        #expect(transport.bodies[0] == transport.bodies[1])
    }

    @Test func `without a token a transaction of unknown fate is not repeated`() async throws {
        let transport = ScriptedTransport([ScriptedTransport.failing(.timeout)])
        let error = await #expect(throws: DynamoDBError.self) {
            try await Self.transact(transport, token: nil)
        }
        #expect(error?.code == .call(.timeout))
        #expect(error?.mayHaveTakenEffect == true)
        #expect(transport.requests.count == 1)
    }

    @Test func `an update that must not be done twice is repeated only if it was refused`() async throws {
        let transport = ScriptedTransport([
            ScriptedTransport.answering(.dynamoError("ThrottlingException")),
            ScriptedTransport.failing(.connectionLost),
        ])
        let update = DynamoDB.UpdateItem(
            table: "t",
            key: [:],
            update: "ADD n :one",
            repeatable: .onlyIfRefused
        )
        let error = await #expect(throws: DynamoDBError.self) {
            try await DynamoDB(testClient(transport)).updateItem(update)
        }
        #expect(error?.code == .call(.connectionLost))
        #expect(transport.requests.count == 2)
    }

    private static func transact(_ transport: ScriptedTransport, token: String? = "t") async throws {
        try await DynamoDB(testClient(transport)).transactWriteItems(
            [.put(CallTests.put), .put(CallTests.put), .put(CallTests.put)],
            token: token
        )
    }
}
