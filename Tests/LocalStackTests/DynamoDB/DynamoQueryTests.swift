import LocalStack
import Testing

@Suite struct DynamoQueryTests {
    static func harness() async throws -> DynamoHarness {
        let harness = try await DynamoHarness()
        for at in 0..<10 {
            let item: DynamoTree = [
                "user": .s("u"), "visit": .n("\(at)"), "odd": .n("\(at % 2)"),
                "name": .s(at < 5 ? "low" : "high"),
            ]
            try await harness.put(item, into: "visits")
        }
        try await harness.put(["user": .s("v"), "visit": .n("3")], into: "visits")
        return harness
    }

    static func query(
        _ harness: DynamoHarness,
        _ condition: String,
        values: [String: DynamoTree] = [:],
        _ more: [String: DynamoTree] = [:]
    ) async throws -> DynamoHarness.Reply {
        var all = values
        if condition.contains(":u") { all[":u"] = .s("u") }
        var body: DynamoTree = [
            "TableName": "visits", "KeyConditionExpression": .string(condition), "ConsistentRead": true,
            "ExpressionAttributeValues": .object(all),
        ]
        if condition.contains("#u") { body["ExpressionAttributeNames"] = ["#u": "user"] }
        for (name, value) in more { body[name] = value }
        return try await harness.send("Query", body)
    }

    static func times(_ reply: DynamoHarness.Reply) -> [String] {
        (reply["Items"]?.elements ?? []).compactMap { $0["visit"]?["N"]?.text }
    }

    @Test(
        arguments: [
            ("#u = :u", Array(0...9)), ("(#u = :u) AND (visit > :7)", [8, 9]),
            ("#u = :u AND visit >= :7", [7, 8, 9]),
            ("visit < :2 AND #u = :u", [0, 1]), ("#u = :u and visit <= :2", [0, 1, 2]),
            ("#u = :u AND visit = :7", [7]),
            ("#u = :u AND visit BETWEEN :2 AND :4", [2, 3, 4]), ("#u = :4s", []),
        ] as [(String, [Int])]
    )
    func `a key condition chooses a range of the sort key`(condition: String, times: [Int]) async throws {
        let harness = try await Self.harness()
        let known: [String: DynamoTree] = [":7": .n("7"), ":2": .n("2"), ":4": .n("4"), ":4s": .s("nobody")]
        let words = condition.split { " ()".contains($0) }.map(String.init)
        let values = known.filter { words.contains($0.key) }
        let forward = try await Self.query(harness, condition, values: values)
        #expect(Self.times(forward) == times.map(String.init), "\(forward.message)")
        let backward = try await Self.query(harness, condition, values: values, ["ScanIndexForward": false])
        #expect(Self.times(backward) == times.reversed().map(String.init))
    }

    @Test(
        arguments: [
            ("visit = :1", "Query condition missed key schema element: user"),
            ("#u > :u", "Query key condition not supported"),
            ("#u = :u OR visit = :1", "Invalid operator used in KeyConditionExpression: OR"),
            ("#u = :u AND NOT visit = :1", "KeyConditionExpression: NOT"),
            ("#u = :u AND visit <> :1", "KeyConditionExpression: <>"),
            ("#u = :u AND visit IN (:1)", "KeyConditionExpression: IN"),
            ("#u = :u AND attribute_exists(visit)", "KeyConditionExpression: attribute_exists"),
            ("#u = :u AND odd = :1", "Query condition missed key schema element: visit"),
            ("#u = :u AND visit > :1 AND visit < :1", "must only contain one condition per key"),
            ("#u = :1", "Condition parameter type does not match schema type"),
            ("#u = :u AND visit.x = :1", "nested attributes"),
        ]
    )
    func `another condition is no key condition`(condition: String, message: String) async throws {
        let harness = try await Self.harness()
        let values: [String: DynamoTree] = condition.contains(":1") ? [":1": .n("1")] : [:]
        let reply = try await Self.query(harness, condition, values: values)
        #expect(reply.error == "ValidationException")
        #expect(reply.message.contains(message), "\(reply.message)")
    }

    @Test func `a limit counts before the filter, so a page may be empty`() async throws {
        let harness = try await Self.harness()
        let filter: [String: DynamoTree] = ["FilterExpression": "odd = :1", "Limit": 1]
        let first = try await Self.query(harness, "#u = :u", values: [":1": .n("1")], filter)
        #expect(first["Items"] == [])
        #expect(first["Count"] == 0)
        #expect(first["ScannedCount"] == 1)
        #expect(first["LastEvaluatedKey"] == ["user": .s("u"), "visit": .n("0")])
        var more = filter
        more["ExclusiveStartKey"] = first["LastEvaluatedKey"]
        #expect(Self.times(try await Self.query(harness, "#u = :u", values: [":1": .n("1")], more)) == ["1"])
    }

    @Test func `pages end where the next begin and the last has no key`() async throws {
        let harness = try await Self.harness()
        for forward in [true, false] {
            var seen: [[String]] = []
            var start: DynamoTree?
            repeat {
                var more: [String: DynamoTree] = ["Limit": 4, "ScanIndexForward": .bool(forward)]
                more["ExclusiveStartKey"] = start
                let reply = try await Self.query(harness, "#u = :u", more)
                seen.append(Self.times(reply))
                start = reply["LastEvaluatedKey"]
            } while start != nil && seen.count < 10
            #expect(seen.map(\.count) == [4, 4, 2])
            let all = (0...9).map(String.init)
            #expect(seen.flatMap { $0 } == (forward ? all : all.reversed()))
        }
        let exact = try await Self.query(harness, "#u = :u", ["Limit": 10])
        #expect(exact["LastEvaluatedKey"] != nil, "the service doesn't look beyond the limit")
        #expect(try await Self.query(harness, "#u = :u", ["Limit": 11])["LastEvaluatedKey"] == nil)
    }

    @Test func `a page holds at most one megabyte, before the filter`() async throws {
        let harness = try await DynamoHarness()
        let text = String(repeating: "a", count: 300_000)
        for at in 0..<5 {
            try await harness.put(["user": .s("u"), "visit": .n("\(at)"), "text": .s(text)], into: "visits")
        }
        let reply = try await Self.query(harness, "#u = :u", ["Select": "COUNT"])
        #expect(reply["Count"] == 3)
        #expect(reply["Items"] == nil)
        #expect(reply["LastEvaluatedKey"] == ["user": .s("u"), "visit": .n("2")])
        let none = try await Self.query(
            harness,
            "#u = :u",
            values: [":no": .s("no")],
            ["FilterExpression": "txt = :no"]
        )
        #expect(none["Count"] == 0)
        #expect(none["ScannedCount"] == 3)
        #expect(none["LastEvaluatedKey"] != nil)
    }

    @Test(
        arguments: [
            (["Limit": 0], "Member must have value greater than or equal to 1"),
            (["ExclusiveStartKey": ["user": .s("u")]], "The provided starting key is invalid"),
            (
                ["ExclusiveStartKey": ["user": .s("u"), "visit": .s("1")]],
                "The provided starting key is invalid"
            ),
            (["ExclusiveStartKey": ["user": .s("v"), "visit": .n("1")]], "outside query boundaries"),
            (
                ["FilterExpression": "visit = :u"],
                "Filter Expression can only contain non-primary key attributes"
            ),
            (
                ["Select": "COUNT", "ProjectionExpression": "visit"],
                "Cannot specify the ProjectionExpression"
            ),
            (["Select": "SPECIFIC_ATTRIBUTES"], "Must specify"), (["Select": "SOME"], "enum value set"),
            (["Select": "ALL_PROJECTED_ATTRIBUTES"], "only when Querying using an IndexName"),
            (["KeyConditionExpression": .null], "Either the KeyConditions or KeyConditionExpression"),
            (["ProjectionExpression": "visit, odd, visit"], "Two document paths overlap"),
        ] as [([String: DynamoTree], String)]
    )
    func `a wrong query is refused`(more: [String: DynamoTree], message: String) async throws {
        let harness = try await Self.harness()
        let reply = try await Self.query(harness, "#u = :u", more)
        #expect(reply.error == "ValidationException")
        #expect(reply.message.contains(message), "\(reply.message)")
    }

    @Test func `a scan in segments sees every item once`() async throws {
        let harness = try await DynamoHarness()
        for number in 0..<40 { try await harness.put(["id": .s("\(number)")]) }
        var seen: [String] = []
        for segment in 0..<4 {
            var start: DynamoTree?
            let before = seen.count
            defer { #expect(seen.count > before, "each segment has its share") }
            repeat {
                var body: DynamoTree = [
                    "TableName": "things", "Segment": .number(Double(segment)), "TotalSegments": 4,
                    "Limit": 3,
                ]
                body["ExclusiveStartKey"] = start
                let reply = try await harness.send("Scan", body)
                seen += (reply["Items"]?.elements ?? []).compactMap { $0["id"]?["S"]?.text }
                start = reply["LastEvaluatedKey"]
            } while start != nil
        }
        #expect(seen.count == 40)
        #expect(Set(seen).count == 40)
    }

    @Test func `a projection keeps the places of what it shows`() async throws {
        let harness = try await DynamoHarness()
        try await harness.put([
            "id": .s("x"), "n": .n("1"), "box": .m(["k": .n("1"), "j": .m(["d": .s("e"), "f": .s("g")])]),
            "steps": .l(.s("a"), .s("b"), .m(["c": .s("d")])),
        ])
        let body: DynamoTree = [
            "TableName": "things", "Key": ["id": .s("x")], "ConsistentRead": true,
            "ProjectionExpression": "box.j.d, steps[2].c, steps[0], gone, box.gone, #n",
            "ExpressionAttributeNames": ["#n": "n"],
        ]
        #expect(
            try await harness.send("GetItem", body)["Item"] == [
                "n": .n("1"), "box": .m(["j": .m(["d": .s("e")])]), "steps": .l(.s("a"), .m(["c": .s("d")])),
            ]
        )
    }
}
