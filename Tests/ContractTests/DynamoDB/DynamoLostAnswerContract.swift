import AWS
import Foundation
import LocalStack
import Testing

/// What the client makes of broken connections, throttling and damage, all over a real socket.
@Suite("DynamoDB: lost answers", .timeLimit(.minutes(1))) struct DynamoLostAnswerContract {
    private func increment(_ table: String, _ repeatable: DynamoDB.Repeatable) -> DynamoDB.UpdateItem {
        .init(
            table: table,
            key: ["id": .s("a")],
            update: "ADD n :one",
            placeholders: .init(values: [":one": .n(1)]),
            repeatable: repeatable
        )
    }

    private func withThings(_ body: (AWSBench, LocalAWS, String) async throws -> Void) async throws {
        try await withLocalAWS { bench, local in
            try await bench.withTable(ContractTable.things) { try await body(bench, local, $0) }
        }
    }

    @Test func `one's own write is met by its own repeat, which says that it may have worked`() async throws {
        try await withThings { bench, local, table in
            local.loseAnswer("dynamodb", "PutItem")
            let mine: Item = ["id": .s("a"), "writer": .s("me")]
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.putItem(
                    .init(table: table, item: mine, condition: "attribute_not_exists(id)")
                )
            }
            #expect(error.code == .conditionalCheckFailed(item: mine))
            #expect(error.mayHaveTakenEffect)
            #expect(error.attempts == 2)
        }
    }

    @Test func `what may be done once only isn't sent again after a lost answer`() async throws {
        try await withThings { bench, local, table in
            local.loseAnswer("dynamodb", "UpdateItem")
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.updateItem(increment(table, .onlyIfRefused))
            }
            #expect(error.code == .call(.connectionLost))
            #expect(error.mayHaveTakenEffect)
            #expect(error.attempts == 1)
            #expect(local.dynamoDB.acceptedWrites(of: table) == 1)
        }
    }

    @Test func `what was throttled is sent again, even what may be done once only`() async throws {
        try await withThings { bench, local, table in
            local.refuse("dynamodb", "UpdateItem", "ProvisionedThroughputExceededException", times: 2)
            try await bench.dynamoDB.updateItem(increment(table, .onlyIfRefused))
            #expect(local.dynamoDB.acceptedWrites(of: table) == 1)
            local.refuse("dynamodb", "UpdateItem", "ThrottlingException", times: nil)
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.updateItem(increment(table, .always))
            }
            #expect(error.code == .throttled)
            #expect(error.retriable && !error.mayHaveTakenEffect)
            #expect(error.attempts == 3)
        }
    }

    @Test func `a transaction's lost answer is found by its token`() async throws {
        try await withThings { bench, local, table in
            local.loseAnswer("dynamodb", "TransactWriteItems")
            try await bench.dynamoDB.transactWriteItems([.update(increment(table, .always))], token: "t-1")
            #expect(local.dynamoDB.acceptedWrites(of: table) == 1)
        }
    }

    @Test func `a transaction without a token isn't sent again`() async throws {
        try await withThings { bench, local, table in
            local.loseAnswer("dynamodb", "TransactWriteItems")
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.transactWriteItems([.update(increment(table, .always))], token: nil)
            }
            #expect(error.mayHaveTakenEffect)
            #expect(error.attempts == 1)
            #expect(local.dynamoDB.acceptedWrites(of: table) == 1)
        }
    }

    @Test func `ten minutes later a token is new again`() async throws {
        try await withThings { bench, local, table in
            let action = DynamoDB.TransactionAction.update(increment(table, .always))
            try await bench.dynamoDB.transactWriteItems([action], token: "t-1")
            local.clock.advance(by: .seconds(599))
            try await bench.dynamoDB.transactWriteItems([action], token: "t-1")
            #expect(local.dynamoDB.acceptedWrites(of: table) == 1)
            local.clock.advance(by: .seconds(601))
            try await bench.dynamoDB.transactWriteItems([action], token: "t-1")
            #expect(local.dynamoDB.acceptedWrites(of: table) == 2)
        }
    }

    @Test func `a failure inside the service leaves open whether it was done`() async throws {
        try await withThings { bench, local, table in
            let effect = Fault.Effect.error(code: "InternalServerError", status: 500, message: "")
            local.faults.arm(
                Fault(service: "dynamodb", operation: "UpdateItem", effect: effect, moment: .after)
            )
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.updateItem(increment(table, .onlyIfRefused))
            }
            #expect(error.code == .internalError)
            #expect(error.mayHaveTakenEffect && error.retriable)
            #expect(local.dynamoDB.acceptedWrites(of: table) == 1)
        }
    }

    @Test func `a read that loses every answer is an error, never an absent item`() async throws {
        try await withThings { bench, local, table in
            local.loseAnswer("dynamodb", "GetItem", times: nil)
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.getItem(.init(table: table, key: ["id": .s("a")]))
            }
            #expect(error.code == .call(.connectionLost))
            #expect(!error.mayHaveTakenEffect)
            #expect(error.attempts == 3)
        }
    }
}
