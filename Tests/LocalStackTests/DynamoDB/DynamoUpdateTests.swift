import LocalStack
import Testing

@Suite struct DynamoUpdateTests {
    static let item: DynamoTree = [
        "id": .s("x"), "n": .n("5"), "tags": .ss("red", "blue"), "steps": .l(.s("a"), .s("b"), .s("c")),
        "box": .m(["k": .n("1"), "within_it": .m([:])]),
    ]
    static let values: [String: DynamoTree] = [
        ":1": .n("1"), ":s": .s("s"), ":t": .s("t"), ":l": .l(.s("z")), ":green": .ss("green", "red"),
        ":all": .ss("red", "blue"), ":red": .ss("red"), ":ns": ["NS": ["1"]], ":box": .m(["v": .n("1")]),
    ]

    static func used(in expression: String) -> DynamoTree? {
        let words = expression.split { !($0.isLetter || $0.isNumber || $0 == ":") }.map(String.init)
        let chosen = values.filter { words.contains($0.key) }
        return chosen.isEmpty ? nil : .object(chosen)
    }

    /// What changes in the item; null means that the attribute is gone.
    @Test(
        arguments: [
            ("SET n = n + :1", ["n": .n("6")]), ("SET n = :1 - n", ["n": .n("-4")]),
            ("SET m = n", ["m": .n("5")]),
            ("SET n = :s, m = n", ["n": .s("s"), "m": .n("5")]),
            ("SET m = if_not_exists(m, :1)", ["m": .n("1")]),
            ("SET n = if_not_exists(n, :1)", ["n": .n("5")]),
            ("SET n = if_not_exists(zero, :1) + n", ["n": .n("6")]), ("SET n = (n) + (:1)", ["n": .n("6")]),
            ("SET steps = list_append(steps, :l)", ["steps": .l(.s("a"), .s("b"), .s("c"), .s("z"))]),
            ("SET steps = list_append(:l, steps)", ["steps": .l(.s("z"), .s("a"), .s("b"), .s("c"))]),
            ("SET fresh = list_append(if_not_exists(fresh, :l), :l)", ["fresh": .l(.s("z"), .s("z"))]),
            ("SET steps[1] = :s", ["steps": .l(.s("a"), .s("s"), .s("c"))]),
            ("SET steps[9] = :t, steps[7] = :s", ["steps": .l(.s("a"), .s("b"), .s("c"), .s("s"), .s("t"))]),
            (
                "SET box.k = :s, box.within_it.deep = :1",
                ["box": .m(["k": .s("s"), "within_it": .m(["deep": .n("1")])])]
            ),
            ("SET box.k = box.k + :1", ["box": .m(["k": .n("2"), "within_it": .m([:])])]),
            ("REMOVE n", ["n": .null]), ("REMOVE gone", [:]),
            ("REMOVE box.k", ["box": .m(["within_it": .m([:])])]),
            ("REMOVE box.gone, steps[9]", [:]), ("REMOVE steps[0], steps[2]", ["steps": .l(.s("b"))]),
            ("REMOVE steps[0] SET steps[1] = :s", ["steps": .l(.s("s"), .s("c"))]),
            ("ADD n :1", ["n": .n("6")]), ("ADD fresh :1", ["fresh": .n("1")]),
            ("ADD tags :green", ["tags": .ss("blue", "green", "red")]),
            ("ADD fresh :red", ["fresh": .ss("red")]),
            ("ADD box.k :1", ["box": .m(["k": .n("2"), "within_it": .m([:])])]),
            ("DELETE tags :red", ["tags": .ss("blue")]), ("DELETE tags :all", ["tags": .null]),
            ("DELETE gone :red", [:]),
            (
                "set n = :s remove tags add m :1 delete fresh :red",
                ["n": .s("s"), "tags": .null, "m": .n("1")]
            ),
        ] as [(String, [String: DynamoTree])]
    )
    func `an update changes what it says`(expression: String, changes: [String: DynamoTree]) async throws {
        let harness = try await DynamoHarness()
        try await harness.put(Self.item)
        let reply = try await harness.update(expression, values: Self.used(in: expression))
        #expect(reply.status == 200, "\(reply.message)")
        var expected = Self.item
        expected["tags"] = .ss("blue", "red")
        for (name, value) in changes { expected[name] = value == .null ? nil : value }
        #expect(try await harness.item("x") == expected)
    }

    @Test(
        arguments: [
            ("SET n = :1 SET m = :1", #"The "SET" section can only be used once in an update expression;"#),
            ("", "The expression can not be empty;"), ("SET", "Syntax error"), ("n = :1", "Syntax error"),
            ("SET n = :1,", "Syntax error"), ("REMOVE n :1", "Syntax error"),
            ("SET box.k = :1, box = :s", "Two document paths overlap with each other"),
            ("SET n = :1 REMOVE n", "path one: [n], path two: [n]"),
            ("SET steps[0] = :1, steps.k = :s", "path one: [steps, [0]], path two: [steps, k]"),
            ("SET n = size(n)", "not allowed in an update expression; function: size"),
            ("SET n = foo(n)", "Invalid function name; function: foo"),
            ("SET n = list_append(steps)", "operator or function: list_append, number of operands: 1"),
            (
                "SET n = if_not_exists(:1, :s)",
                "requires a document path; operator or function: if_not_exists"
            ),
            ("SET n = n + :s", "operator or function: +, operand type: S"),
            ("SET n = list_append(steps, :s)", "operator or function: list_append, operand type: S"),
            ("ADD n :s", "operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND"),
            ("DELETE tags :1", "operator: DELETE, operand type: NUMBER"),
            ("SET zone = :1", "reserved keyword: zone"),
            ("SET id = :s", "Cannot update attribute id. This attribute is part of the key"),
            ("SET m = gone", "refers to an attribute that does not exist in the item"),
            ("SET m = steps + :1", "An operand in the update expression has an incorrect data type"),
            ("ADD steps :1", "incorrect data type"), ("ADD tags :ns", "incorrect data type"),
            ("DELETE n :red", "incorrect data type"),
            (
                "SET gone.k = :1",
                "The document path provided in the update expression is invalid for update"
            ),
            ("SET n.k = :1", "invalid for update"), ("SET box[0] = :1", "invalid for update"),
            ("REMOVE gone.k", "invalid for update"), ("SET steps.k = :1", "invalid for update"),
        ]
    )
    func `an impossible update is refused and changes nothing`(expression: String, message: String)
        async throws
    {
        let harness = try await DynamoHarness()
        try await harness.put(Self.item)
        let before = try await harness.item("x")
        let reply = try await harness.update(expression, values: Self.used(in: expression))
        #expect(reply.error == "ValidationException")
        #expect(reply.message.contains(message), "\(reply.message)")
        #expect(try await harness.item("x") == before)
    }

    @Test func `an update of a missing item makes it`() async throws {
        let harness = try await DynamoHarness()
        _ = try await harness.update("ADD n :1", id: "new", values: [":1": .n("1")])
        #expect(try await harness.item("new") == ["id": .s("new"), "n": .n("1")])
        try await harness.send("UpdateItem", ["TableName": "things", "Key": ["id": .s("bare")]])
        #expect(try await harness.item("bare") == ["id": .s("bare")])
    }

    @Test(
        arguments: [
            ("NONE", nil),
            ("ALL_OLD", ["id": .s("x"), "n": .n("1"), "m": .m(["a": .n("1"), "b": .n("2")])]),
            ("UPDATED_OLD", ["n": .n("1"), "m": .m(["a": .n("1")])]),
            ("ALL_NEW", ["id": .s("x"), "n": .n("2"), "m": .m(["a": .n("9"), "b": .n("2")])]),
            ("UPDATED_NEW", ["n": .n("2"), "m": .m(["a": .n("9")])]),
        ] as [(String, DynamoTree?)]
    )
    func `an update returns what was asked for`(kind: String, attributes: DynamoTree?) async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("x"), "n": .n("1"), "m": .m(["a": .n("1"), "b": .n("2")])])
        let values: DynamoTree = [":1": .n("1"), ":9": .n("9")]
        let more: [String: DynamoTree] = ["ReturnValues": .string(kind)]
        let reply = try await harness.update("SET n = n + :1, m.a = :9", values: values, more: more)
        #expect(reply["Attributes"] == attributes)
    }

    @Test func `an item may not grow beyond its limits by updates`() async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("x"), "big": .s(String(repeating: "a", count: 300_000))])
        let large = try await harness.update("SET more = big")
        #expect(large.message == "Item size to update has exceeded the maximum allowed size")
        try await harness.put(["id": .s("y"), "d": Self.nested(20)])
        let path = "d" + String(repeating: "[0]", count: 19)
        let deep = try await harness.update("SET \(path)[0] = :v", id: "y", values: [":v": Self.nested(20)])
        #expect(deep.message.contains("Nesting Levels have exceeded supported limits"))
    }

    static func nested(_ levels: Int) -> DynamoTree {
        var tree: DynamoTree = .l()
        for _ in 1..<levels { tree = .l(tree) }
        return tree
    }
}
