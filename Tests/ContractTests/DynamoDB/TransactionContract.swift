import AWS
import Foundation
import Testing

@Suite("DynamoDB: transactions", .timeLimit(.minutes(1))) struct TransactionContract {
    private func put(_ table: String, _ id: String, ifAbsent: Bool = false) -> DynamoDB.TransactionAction {
        .put(
            .init(
                table: table,
                item: ["id": .s(id), "n": .n(1)],
                condition: ifAbsent ? "attribute_not_exists(id)" : nil
            )
        )
    }

    private func add(_ table: String, _ id: String, _ number: Int) -> DynamoDB.TransactionAction {
        .update(
            .init(
                table: table,
                key: ["id": .s(id)],
                update: "ADD n :n",
                placeholders: .init(values: [":n": .n(number)])
            )
        )
    }

    private func read(_ bench: AWSBench, _ table: String, _ id: String) async throws -> Item? {
        try await bench.dynamoDB.getItem(.init(table: table, key: ["id": .s(id)]))
    }

    @Test(arguments: AWSTarget.reachable)
    func `a transaction that is refused names a reason for each action, in order`(
        _ target: AWSTarget
    ) async throws {
        try await withThings(target) { bench, table in
            let standing: Item = ["id": .s("b"), "n": .n(7)]
            try await bench.dynamoDB.putItem(.init(table: table, item: standing))
            let missing = DynamoDB.ConditionCheck(
                table: table,
                key: ["id": .s("c")],
                condition: "attribute_exists(id)"
            )
            let actions = [
                put(table, "a", ifAbsent: true), put(table, "b", ifAbsent: true), .check(missing),
                put(table, "d"),
            ]
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.transactWriteItems(actions, token: UUID().uuidString)
            }
            guard case .transactionCanceled(let reasons) = error.code else {
                throw TestFailure("\(error)")
            }
            #expect(
                reasons.map(\.code) == [.none, .conditionalCheckFailed, .conditionalCheckFailed, .none]
            )
            #expect(reasons.count == 4 && reasons[1].item == standing)
            #expect(reasons.count == 4 && reasons[2].item == nil)
            #expect(!error.mayHaveTakenEffect)
            #expect(try await read(bench, table, "a") == nil)
            #expect(try await read(bench, table, "b") == standing)
            #expect(try await read(bench, table, "d") == nil)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a transaction does all its actions`(_ target: AWSTarget) async throws {
        try await withThings(target) { bench, table in
            for id in ["b", "c", "e"] {
                try await bench.dynamoDB.putItem(.init(table: table, item: ["id": .s(id), "n": .n(7)]))
            }
            let check = DynamoDB.ConditionCheck(
                table: table,
                key: ["id": .s("e")],
                condition: "n = :seven",
                placeholders: .init(values: [":seven": .n(7)])
            )
            try await bench.dynamoDB.transactWriteItems(
                [
                    put(table, "a", ifAbsent: true), add(table, "b", 1),
                    .delete(.init(table: table, key: ["id": .s("c")])), .check(check),
                ],
                token: UUID().uuidString
            )
            #expect(try await read(bench, table, "a") == ["id": .s("a"), "n": .n(1)])
            #expect(try await read(bench, table, "b") == ["id": .s("b"), "n": .n(8)])
            #expect(try await read(bench, table, "c") == nil)
            #expect(try await read(bench, table, "e") == ["id": .s("e"), "n": .n(7)])
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a token that is sent again does nothing, and other actions under it are refused`(
        _ target: AWSTarget
    ) async throws {
        try await withThings(target) { bench, table in
            let token = UUID().uuidString
            for _ in 1...2 {
                try await bench.dynamoDB.transactWriteItems([add(table, "a", 1)], token: token)
            }
            #expect(try await read(bench, table, "a")?["n"] == .n(1))
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.transactWriteItems([add(table, "a", 2)], token: token)
            }
            #expect(error.code == .idempotentParameterMismatch)
            #expect(try await read(bench, table, "a")?["n"] == .n(1))
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `an item is touched once in a transaction`(_ target: AWSTarget) async throws {
        try await withThings(target) { bench, table in
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.transactWriteItems(
                    [put(table, "a"), add(table, "a", 1)],
                    token: UUID().uuidString
                )
            }
            #expect(error.code == .validation)
            #expect(try await read(bench, table, "a") == nil)
        }
    }
}
