import AWS
import Foundation
import Testing

@Suite("DynamoDB: items", .timeLimit(.minutes(1))) struct ItemContract {
    private func read(_ bench: AWSBench, _ table: String, _ id: String = "a") async throws -> Item? {
        try await bench.dynamoDB.getItem(.init(table: table, key: ["id": .s(id)]))
    }

    @Test(arguments: AWSTarget.reachable)
    func `an item of all types comes back as it was written`(_ target: AWSTarget) async throws {
        try await withThings(target) { bench, table in
            let item: Item = [
                "id": .s("a"), "text": .s("ä \u{1F600} \"\\/\n\u{0}"), "empty": .s(""),
                "bytes": .b(Data([0, 255, 10])),
                "yes": .bool(true), "no": .bool(false), "nothing": .null,
                "list": .l([.s("x"), .n(1), .l([]), .m([:])]),
                "map": .m(["inner": .m(["n": .n(-7)]), "with.dot": .s("1")]),
                "texts": .ss(["one"]), "numbers": .ns(["5"]), "blobs": .bs([Data([1])]),
            ]
            try await bench.dynamoDB.putItem(.init(table: table, item: item))
            #expect(try await read(bench, table) == item)
            #expect(try await read(bench, table, "b") == nil)
        }
    }

    @Test(
        arguments: AWSTarget.reachable,
        [
            "0", "-1", "42", "0.1", "9007199254740993", "-0.000123",
            "12345678901234567890123456789012345678", "1234567890.1234567890123456789012345678",
        ]
    )
    func `a number keeps its digits`(_ target: AWSTarget, _ digits: String) async throws {
        try await withThings(target) { bench, table in
            try await bench.dynamoDB.putItem(.init(table: table, item: ["id": .s("a"), "n": .n(digits)]))
            #expect(try await read(bench, table)?["n"] == .n(digits))
        }
    }

    @Test func `a number is written in its shortest form, and a longer one is refused`() async throws {
        try await withThings(.local) { bench, table in
            let item: Item = ["id": .s("a"), "n": .n("007.500"), "m": .n("12e2")]
            try await bench.dynamoDB.putItem(.init(table: table, item: item))
            let back = try await read(bench, table)
            #expect(back?["n"] == .n("7.5"))
            #expect(back?["m"] == .n("1200"))
            for digits in ["123456789012345678901234567890123456789", "1e126", "1e-131", "", "NaN"] {
                let error = try await failure(DynamoDBError.self) {
                    try await bench.dynamoDB.putItem(
                        .init(table: table, item: ["id": .s("a"), "n": .n(digits)])
                    )
                }
                #expect(error.code == .validation, "\(digits)")
            }
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a counter adds up exactly`(_ target: AWSTarget) async throws {
        try await withThings(target) { bench, table in
            for wanted in ["1", "2", "3"] {
                let after = try await bench.dynamoDB.updateItem(
                    .init(
                        table: table,
                        key: ["id": .s("a")],
                        update: "SET n = if_not_exists(n, :zero) + :one",
                        placeholders: .init(values: [":zero": .n(0), ":one": .n(1)]),
                        returning: .updatedNew
                    )
                )
                #expect(after == ["n": .n(wanted)])
            }
        }
    }

    @Test(
        arguments: AWSTarget.reachable,
        [
            (DynamoDB.ReturnValues.none, nil),
            (.allOld, ["id": .s("a"), "n": .n(1), "m": .n(7)]),
            (.allNew, ["id": .s("a"), "n": .n(2), "m": .n(7)]),
            (.updatedOld, ["n": .n(1)]), (.updatedNew, ["n": .n(2)]),
        ] as [(DynamoDB.ReturnValues, Item?)]
    )
    func `an update gives back what was asked for`(
        _ target: AWSTarget,
        _ wish: (returning: DynamoDB.ReturnValues, answer: Item?)
    ) async throws {
        try await withThings(target) { bench, table in
            let item: Item = ["id": .s("a"), "n": .n(1), "m": .n(7)]
            try await bench.dynamoDB.putItem(.init(table: table, item: item))
            let update = DynamoDB.UpdateItem(
                table: table,
                key: ["id": .s("a")],
                update: "SET n = :two",
                placeholders: .init(values: [":two": .n(2)]),
                returning: wish.returning
            )
            #expect(try await bench.dynamoDB.updateItem(update) == wish.answer)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `an item of nearly 400 KB is kept and a larger one refused`(_ target: AWSTarget) async throws {
        try await withThings(target) { bench, table in
            let item: Item = ["id": .s("a"), "big": .s(String(repeating: "é", count: 195_000))]
            try await bench.dynamoDB.putItem(.init(table: table, item: item))
            #expect(try await read(bench, table) == item)
            let larger: Item = ["id": .s("b"), "big": .s(String(repeating: "é", count: 205_000))]
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.putItem(.init(table: table, item: larger))
            }
            #expect(error.code == .validation)
            #expect(try await read(bench, table, "b") == nil)
        }
    }

    @Test(
        arguments: AWSTarget.reachable,
        [
            ["n": .n(1)], ["id": .n(1)], ["id": .s("")], ["id": .s("a"), "none": .ss([])],
        ] as [Item]
    )
    func `an item without a proper key, or with an empty set, is refused`(
        _ target: AWSTarget,
        _ item: Item
    ) async throws {
        try await withThings(target) { bench, table in
            let error = try await failure(DynamoDBError.self) {
                try await bench.dynamoDB.putItem(.init(table: table, item: item))
            }
            #expect(error.code == .validation)
            #expect(!error.retriable)
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a projection shows only what it names`(_ target: AWSTarget) async throws {
        try await withThings(target) { bench, table in
            let item: Item = [
                "id": .s("a"), "name": .s("x"), "place": .m(["city": .s("Kiel"), "zip": .s("1")]),
                "steps": .l([.n(1), .n(2)]),
            ]
            try await bench.dynamoDB.putItem(.init(table: table, item: item))
            let shown = try await bench.dynamoDB.getItem(
                .init(
                    table: table,
                    key: ["id": .s("a")],
                    projection: "#n, place.city, steps[1]",
                    names: ["#n": "name"]
                )
            )
            #expect(shown == ["name": .s("x"), "place": .m(["city": .s("Kiel")]), "steps": .l([.n(2)])])
        }
    }

    @Test(arguments: AWSTarget.reachable)
    func `a batch finds what there is and leaves out what isn't`(_ target: AWSTarget) async throws {
        try await withThings(target) { bench, table in
            for id in ["a", "b", "c"] {
                try await bench.dynamoDB.putItem(.init(table: table, item: ["id": .s(id)]))
            }
            let batch = try await bench.dynamoDB.batchGetItem(
                table: table,
                keys: ["a", "x", "c"].map { ["id": .s($0)] }
            )
            #expect(Set(batch.items) == [["id": .s("a")], ["id": .s("c")]])
            #expect(batch.unprocessed.isEmpty)
        }
    }
}
