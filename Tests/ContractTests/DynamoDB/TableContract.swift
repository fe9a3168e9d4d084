import AWS
import Foundation
import Testing

@Suite("DynamoDB: tables", .timeLimit(.minutes(1))) struct TableContract {
    @Test(arguments: AWSTarget.reachable)
    func `a table becomes active with its indexes, is made once, and is gone when deleted`(
        _ target: AWSTarget
    ) async throws {
        try await withAWS(target) { bench in
            let name = "contract-\(UUID().uuidString)"
            let made = try await bench.dynamoDB.createTable(ContractTable.visits(name))
            #expect(made.name == name)
            let active = try await bench.eventually {
                try await bench.dynamoDB.describeTable(name)
            } until: {
                $0.status == .active
            }
            #expect(active.indexes == ["by-state": .active, "by-rank": .active, "by-guest": .active])
            let again = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.createTable(ContractTable.visits(name))
            }
            #expect(again.code == .resourceInUse)
            #expect(!again.mayHaveTakenEffect)
            try await bench.dynamoDB.deleteTable(name)
            let gone = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.describeTable(name)
            }
            #expect(gone.code == .resourceNotFound)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `what isn't there is not found, whatever is asked of it`(_ target: AWSTarget) async throws {
        try await withAWS(target) { bench in
            let (database, name) = (bench.dynamoDB, "contract-\(UUID().uuidString)")
            let calls: [() async throws -> Void] = [
                { try await database.deleteTable(name) },
                { _ = try await database.getItem(.init(table: name, key: ["id": .s("a")])) },
                { try await database.putItem(.init(table: name, item: ["id": .s("a")])) },
                { try await database.deleteItem(.init(table: name, key: ["id": .s("a")])) },
                { _ = try await database.scan(.init(table: name)) },
            ]
            for call in calls {
                let error = try await failure(DynamoDBError.self, of: call)
                #expect(error.code == .resourceNotFound)
                #expect(error.status == 400)
                #expect(error.attempts == 1)
            }
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `an expiry can be switched on`(_ target: AWSTarget) async throws {
        try await withThings(target) { bench, table in
            try await bench.dynamoDB.updateTimeToLive(table: table, attribute: "purge_at")
        }
    }

    @Test func `an expiry that is on already is a validation error that says so`() async throws {
        try await withThings(.local) { bench, table in
            try await bench.dynamoDB.updateTimeToLive(table: table, attribute: "purge_at")
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.updateTimeToLive(table: table, attribute: "purge_at")
            }
            #expect(error.code == .validation)
            #expect(error.message.lowercased().contains("already enabled"))
        }
    }
}
