import AWS
import Foundation
import Testing

@Suite("DynamoDB: conditions", .timeLimit(.minutes(1))) struct ConditionContract {
    private static let item: Item = ["id": .s("a"), "writer": .s("first"), "n": .n(1)]

    @Test(arguments: AWSTarget.reachable)
    func `a condition that doesn't hold is a typed error with the item as it stands`(
        _ target: AWSTarget
    ) async throws {
        try await withThings(target) { bench, table in
            let database = bench.dynamoDB
            try await database.putItem(.init(table: table, item: Self.item))
            let mine = DynamoDB.Placeholders(values: [":me": .s("second")])
            let calls: [() async throws -> Void] = [
                {
                    try await database.putItem(
                        .init(
                            table: table,
                            item: ["id": .s("a")],
                            condition: "writer = :me",
                            placeholders: mine
                        )
                    )
                },
                {
                    try await database.updateItem(
                        .init(
                            table: table,
                            key: ["id": .s("a")],
                            update: "REMOVE writer",
                            condition: "writer = :me",
                            placeholders: mine
                        )
                    )
                },
                {
                    try await database.deleteItem(
                        .init(
                            table: table,
                            key: ["id": .s("a")],
                            condition: "writer = :me",
                            placeholders: mine
                        )
                    )
                },
            ]
            for call in calls {
                let error = try await failure(DynamoDBError.self, of: call)
                #expect(error.code == .conditionalCheckFailed(item: Self.item))
                #expect(!error.mayHaveTakenEffect)
                #expect(!error.retriable)
                #expect(error.attempts == 1)
            }
            #expect(try await database.getItem(.init(table: table, key: ["id": .s("a")])) == Self.item)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a condition on an item that isn't there fails without an item`(_ target: AWSTarget) async throws {
        try await withThings(target) { bench, table in
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.updateItem(
                    .init(
                        table: table,
                        key: ["id": .s("a")],
                        update: "SET n = :n",
                        condition: "attribute_exists(id)",
                        placeholders: .init(values: [":n": .n(1)])
                    )
                )
            }
            #expect(error.code == .conditionalCheckFailed(item: nil))
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `of many that write at once under one condition, one does`(_ target: AWSTarget) async throws {
        try await withThings(target) { bench, table in
            let database = bench.dynamoDB
            let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        do {
                            try await database.putItem(
                                .init(
                                    table: table,
                                    item: ["id": .s("a"), "n": .n(number)],
                                    condition: "attribute_not_exists(id)"
                                )
                            )
                            return true
                        } catch let error as DynamoDBError {
                            guard case .conditionalCheckFailed = error.code else { throw error }
                            return false
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(winners == 1)
        }
    }

    @Test(arguments: AWSTarget.reachable, ["status", "name", "size", "state", "year"])
    func `a reserved word needs a placeholder`(_ target: AWSTarget, _ word: String) async throws {
        try await withThings(target) { bench, table in
            func update(_ name: String, _ names: [String: String]) -> DynamoDB.UpdateItem {
                .init(
                    table: table,
                    key: ["id": .s("a")],
                    update: "SET \(name) = :v",
                    condition: "attribute_not_exists(\(name))",
                    placeholders: .init(names: names, values: [":v": .s("x")])
                )
            }
            try await bench.dynamoDB.updateItem(update("#w", ["#w": word]))
            let read = try await bench.dynamoDB.getItem(.init(table: table, key: ["id": .s("a")]))
            #expect(read == ["id": .s("a"), word: .s("x")])
            // Emulators are lenient here; the real service isn't.
            guard bench.local != nil else { return }
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.updateItem(update(word, [:]))
            }
            #expect(error.code == .validation)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a placeholder that isn't used or isn't given is refused`(_ target: AWSTarget) async throws {
        try await withThings(target) { bench, table in
            for placeholders in [
                DynamoDB.Placeholders(), .init(values: [":v": .n(1), ":more": .n(1)]),
                .init(names: ["#more": "m"], values: [":v": .n(1)]),
            ] {
                let error = try await failure(DynamoDBError.self) {
                    try await bench.dynamoDB.updateItem(
                        .init(
                            table: table,
                            key: ["id": .s("a")],
                            update: "SET n = :v",
                            placeholders: placeholders
                        )
                    )
                }
                #expect(error.code == .validation)
            }
        }
    }
}
