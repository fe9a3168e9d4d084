import LocalStack
import Testing

@Suite struct DynamoConditionTests {
    static let item: DynamoTree = [
        "id": .s("x"), "a": .n("5"), "b": .n("7"), "street": .s("straße"), "flag": ["BOOL": true],
        "nothing": ["NULL": true], "tags": .ss("red", "blue"), "primes": ["NS": ["2", "3", "5"]],
        "stops": .l(.s("one"), .n("2"), .m(["deep": .s("yes")])),
        "place": .m(["city": .s("Kiel"), "zip": .n("24103")]),
        "bytes": ["B": "AQID"], "e": .s(""),
    ]

    static let values: DynamoTree = [
        ":0": .n("0"), ":2": .n("2"), ":5": .n("5.0"), ":6": .n("6"), ":7": .n("7"), ":9": .n("9"),
        ":str": .s("str"),
        ":ss": .s("ß"), ":kiel": .s("Kiel"), ":true": ["BOOL": true], ":red": .s("red"), ":yes": .s("yes"),
        ":one": .s("one"), ":N": .s("N"), ":M": .s("M"), ":b12": ["B": "AQI="], ":tags": .ss("blue", "red"),
        ":five": .s("5"), ":null": ["NULL": true], ":empty": .s(""),
    ]

    /// Sends only the values that the expression names: unused ones are refused.
    static func used(in expression: String) -> DynamoTree? {
        guard case .object(let all) = values else { return nil }
        let words = expression.split { !($0.isLetter || $0.isNumber || $0 == ":") }.map(String.init)
        let chosen = all.filter { words.contains($0.key) }
        return chosen.isEmpty ? nil : .object(chosen)
    }

    @Test(
        arguments: [
            ("a = :5", true), ("a <> :5", false), ("a < b", true), ("a <= :5", true), ("a > :5", false),
            ("b >= :7", true), ("a = :five", false), ("a <> :five", true), ("a < :five", false),
            ("flag = :true", true), ("nothing = :null", true), ("tags = :tags", true), ("e = :empty", true),
            ("gone = :5", false), ("gone <> :5", true), ("gone < :5", false),
            ("NOT gone < :5", true),
            ("gone = absent", false),
            ("a BETWEEN :5 AND :6", true), ("a BETWEEN :6 AND :9", false), (":6 BETWEEN a AND b", true),
            ("a IN (:6, :5)", true), ("a IN (:6, b)", false), ("gone IN (:6)", false),
            ("attribute_exists(a)", true), ("attribute_exists(gone)", false),
            ("attribute_exists(place.city)", true), ("attribute_exists(stops[2].deep)", true),
            ("attribute_exists(stops[3])", false), ("attribute_exists(place[0])", false),
            ("attribute_not_exists(place.road)", true), ("attribute_not_exists(a)", false),
            ("attribute_type(a, :N)", true), ("attribute_type(place, :M)", true),
            ("attribute_type(a, :M)", false),
            ("begins_with(street, :str)", true), ("begins_with(street, :ss)", false),
            ("begins_with(a, :str)", false),
            ("begins_with(bytes, :b12)", true), ("contains(street, :ss)", true),
            ("contains(tags, :red)", true),
            ("contains(stops, :one)", true), ("contains(stops, :2)", true), ("contains(primes, :2)", true),
            ("contains(primes, :6)", false), ("contains(bytes, :b12)", true), ("contains(a, :5)", false),
            ("size(street) = :7", true), ("size(tags) = :2", true), ("size(stops) > :2", true),
            ("size(place) = :2", true), ("size(a) = :0", false), ("size(e) = :0", true),
            ("place.city = :kiel", true), ("stops[2].deep = :yes", true), ("stops[1] = :2", true),
            ("a = :5 OR a = :6 AND b = :9", true), ("(a = :5 OR a = :6) AND b = :9", false),
            ("NOT a = :6 AND b = :7", true), ("NOT (a = :5 AND b = :9)", true), ("NOT NOT a = :5", true),
            ("NOT a = :5 OR b = :7", true), ("not a = :6 and b = :7 or a = :9", true), ("(a) = (:5)", true),
            ("a BETWEEN :5 AND :6 AND b = :7", true), ("a<>:6 AND b=:7", true),
        ]
    )
    func `a condition holds as documented`(expression: String, holds: Bool) async throws {
        let harness = try await DynamoHarness()
        try await harness.put(Self.item)
        let reply = try await harness.scan(expression, values: Self.used(in: expression))
        #expect(reply.status == 200, "\(reply.message)")
        #expect(reply["Count"] == (holds ? 1 : 0))
    }

    @Test(
        arguments: [
            ("", "The expression can not be empty;"),
            ("a", #"Syntax error; token: "<EOF>", near: "a""#),
            ("a = :5 b", #"Syntax error; token: "b", near: ":5 b""#),
            ("a = :5 AND", #"Syntax error; token: "<EOF>""#),
            ("a == :5", #"Syntax error; token: "=""#), ("a ! :5", #"Syntax error; token: "!""#),
            ("(a = :5", "Syntax error"), ("a = :5)", #"Syntax error; token: ")""#), ("a = :", "Syntax error"),
            ("a[x] = :5", "Syntax error"),
            ("a[99999999999] = :5", "List index is not within the allowable range"),
            ("é = :5", #"Syntax error; token: "é""#),
            ("status = :5", "Attribute name is a reserved keyword; reserved keyword: status"),
            ("place.Year = :5", "reserved keyword: Year"),
            ("#n = :5", "attribute name used in the document path is not defined; attribute name: #n"),
            ("a = :nope", "attribute value used in expression is not defined; attribute value: :nope"),
            ("((a = :5))", "The expression has redundant parentheses;"),
            ("foo(a)", "Invalid function name; function: foo"),
            ("size(a, b) = :5", "operator or function: size, number of operands: 2"),
            ("attribute_exists(:5)", "requires a document path; operator or function: attribute_exists"),
            ("begins_with(a, :5)", "operator or function: begins_with, operand type: N"),
            ("begins_with(a)", "operator or function: begins_with, number of operands: 1"),
            ("attribute_type(a, :red)", "Invalid attribute type name found; type: red"),
            ("a < :true", "operator or function: <, operand type: BOOL"),
            ("a BETWEEN :9 AND :5", "upper bound to be greater than or equal to lower bound"),
            ("a BETWEEN :5 AND :red", "requires same data type"),
            ("a = a", "The first operand must be distinct from the remaining operands"),
            ("attribute_exists(a) = :5", "not allowed to be used this way in an expression"),
            ("if_not_exists(a, :5) = :5", "not allowed in a filter expression; function: if_not_exists"),
            ("size(a)", "Syntax error"), ("a IN ()", "Syntax error"),
        ]
    )
    func `a wrong expression is refused with the service's words`(expression: String, message: String)
        async throws
    {
        let harness = try await DynamoHarness()
        let reply = try await harness.scan(expression, values: Self.used(in: expression))
        #expect(reply.error == "ValidationException")
        #expect(reply.message.hasPrefix("Invalid FilterExpression: "))
        #expect(reply.message.contains(message), "\(reply.message)")
    }

    @Test func `names with dots and reserved words are reached by placeholders`() async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("x"), "status": .s("on"), "a.b": .n("1")])
        let names: DynamoTree = ["#s": "status", "#dot": "a.b"]
        let values: DynamoTree = [":on": .s("on"), ":1": .n("1")]
        let reply = try await harness.scan("#s = :on AND #dot = :1", names: names, values: values)
        #expect(reply["Count"] == 1)
    }

    @Test func `unused placeholders are refused`() async throws {
        let harness = try await DynamoHarness()
        let unusedValue = try await harness.scan("attribute_exists(a)", values: [":a": .n("1")])
        #expect(
            unusedValue.message
                == "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}"
        )
        let unusedName = try await harness.scan("attribute_exists(a)", names: ["#a": "a"])
        #expect(
            unusedName.message
                == "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a}"
        )
        let without = try await harness.send(
            "PutItem",
            ["TableName": "things", "Item": ["id": .s("x")], "ExpressionAttributeValues": [":a": .n("1")]]
        )
        #expect(
            without.message
                == "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"
        )
        let badKey = try await harness.scan("attribute_exists(a)", values: ["a": .n("1")])
        #expect(badKey.message == #"ExpressionAttributeValues contains invalid key: Syntax error; key: "a""#)
    }

    @Test func `an expression has limits`() async throws {
        let harness = try await DynamoHarness()
        let long = "attribute_exists(" + String(repeating: "a", count: 4090) + ")"
        #expect(try await harness.scan(long).message.contains("expression size: 4108"))
        let operators = Array(repeating: "a=b", count: 151).joined(separator: " OR ")
        #expect(try await harness.scan(operators).message.contains("too many operators"))
        let allowed = Array(repeating: "a=b", count: 150).joined(separator: " OR ")
        #expect(try await harness.scan(allowed).status == 200)
        let choices = Array(repeating: "b", count: 101).joined(separator: ",")
        #expect(
            try await harness.scan("a IN (\(choices))").message.contains(
                "function: IN, number of operands: 101"
            )
        )
        let nested = String(repeating: "NOT (", count: 400) + "a=b" + String(repeating: ")", count: 400)
        #expect(try await harness.scan(nested).error == "ValidationException")
    }
}
