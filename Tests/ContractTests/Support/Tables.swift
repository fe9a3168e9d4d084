import AWS
import Foundation

/// Tables that tests make for themselves.
enum ContractTable {
    /// A partition key alone.
    static func things(_ name: String) -> DynamoDB.TableDefinition {
        DynamoDB.TableDefinition(name: name, partitionKey: .init("id"))
    }

    /// A sort key that is a number, an index with everything, one with keys alone, one with a choice.
    static func visits(_ name: String) -> DynamoDB.TableDefinition {
        DynamoDB.TableDefinition(
            name: name,
            partitionKey: .init("host"),
            sortKey: .init("at", .number),
            indexes: [
                .init(
                    name: "by-state",
                    partitionKey: .init("state"),
                    sortKey: .init("rank", .number),
                    projection: .all
                ),
                .init(name: "by-rank", partitionKey: .init("rank", .number), projection: .keysOnly),
                .init(name: "by-guest", partitionKey: .init("guest"), projection: .include(["mood"])),
            ]
        )
    }
}

extension AWSBench {
    /// Makes a table of a name that nobody else has, and deletes it after the body.
    func withTable(
        _ definition: (String) -> DynamoDB.TableDefinition,
        _ body: (String) async throws -> Void
    ) async throws {
        let name = "contract-\(UUID().uuidString)"
        try await dynamoDB.createTable(definition(name))
        _ = try await eventually({ try await dynamoDB.describeTable(name) }, until: { $0.status == .active })
        do {
            try await body(name)
        } catch {
            try? await dynamoDB.deleteTable(name)
            throw error
        }
        try await dynamoDB.deleteTable(name)
    }
}

/// A test's clients beside a table of its own.
func withThings(
    _ target: AWSTarget,
    _ body: (AWSBench, String) async throws -> Void
) async throws {
    try await withAWS(target) { bench in
        try await bench.withTable(ContractTable.things) { try await body(bench, $0) }
    }
}

/// The same with the table that has indexes.
func withVisits(
    _ target: AWSTarget,
    _ body: (AWSBench, String) async throws -> Void
) async throws {
    try await withAWS(target) { bench in
        try await bench.withTable(ContractTable.visits) { try await body(bench, $0) }
    }
}
