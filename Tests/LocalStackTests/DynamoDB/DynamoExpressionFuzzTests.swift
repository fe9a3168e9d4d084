import LocalStack
import Testing

/// Expressions come from outside: whatever they are, the answer is an answer.
@Suite struct DynamoExpressionFuzzTests {
    static let pieces = [
        "a", "b.c", "#n", ":v", ":s", "(", ")", "(", ")", "[", "]", "0", "99999999999999999999", ".", ",",
        "=", "<>", "<", ">=",
        "+", "-", "AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE", "size(", "contains(",
        "begins_with(", "attribute_exists(", "attribute_type(", "if_not_exists(", "list_append(", "é",
        "\u{0}", "#", ":",
    ]

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `no sequence of tokens is more than refused`(seed: UInt64) async throws {
        let harness = try await DynamoHarness()
        var generator = SeededGenerator(seed: seed)
        try await harness.put(["id": .s("x"), "a": .n("1"), "b": .m(["c": .l(.n("1"))])])
        for _ in 0..<500 {
            let count = Int.random(in: 1...12, using: &generator)
            let text = (0..<count).map { _ in Self.pieces.randomElement(using: &generator) ?? "a" }.joined(
                separator: " "
            )
            for (operation, expression) in [("Scan", "FilterExpression"), ("UpdateItem", "UpdateExpression")]
            {
                var body: DynamoTree = ["TableName": "things"]
                if operation == "UpdateItem" { body["Key"] = ["id": .s("x")] }
                body[expression] = .string(text)
                if text.contains("#n") { body["ExpressionAttributeNames"] = ["#n": "n"] }
                let values = [":v": DynamoTree.n("1"), ":s": .ss("s")].filter { text.contains($0.key) }
                if !values.isEmpty { body["ExpressionAttributeValues"] = .object(values) }
                let reply = try await harness.send(operation, body)
                #expect(reply.status == 200 || reply.error == "ValidationException", "\(text): \(reply.body)")
            }
        }
    }

    @Test func `deep nesting is refused before the stack ends`() async throws {
        let harness = try await DynamoHarness()
        let left = String(repeating: "(a=b OR ", count: 290)
        let reply = try await harness.scan(left + "a=b" + String(repeating: ")", count: 290))
        #expect(reply.error == "ValidationException")
        let parentheses =
            String(repeating: "(", count: 2000) + "a" + String(repeating: ")", count: 2000) + "=b"
        #expect(try await harness.scan(parentheses).error == "ValidationException")
        let functions =
            String(repeating: "if_not_exists(a,", count: 250) + "b" + String(repeating: ")", count: 3)
        #expect(try await harness.update("SET n = " + functions).error == "ValidationException")
        let nots = String(repeating: "NOT ", count: 1000) + "a=b"
        #expect(try await harness.scan(nots).error == "ValidationException")
    }
}
