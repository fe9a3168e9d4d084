import LocalStack
import Testing

@Suite struct DynamoNumberTests {
    static let nines = String(repeating: "9", count: 38)
    static let powerOf38 = "1" + String(repeating: "0", count: 38)

    @Test(
        arguments: [
            ("0", "0"), ("-0", "0"), ("0.000", "0"), ("007", "7"), ("1.50", "1.5"), ("+3", "3"),
            ("-2.0e1", "-20"),
            ("1e5", "100000"), ("12e-3", "0.012"), ("0.10", "0.1"), (".5", "0.5"), ("5.", "5"),
            ("100", "100"),
            ("10020.0300", "10020.03"), (nines, nines),
            ("1" + nines.dropFirst() + "000", "1" + nines.dropFirst() + "000"),
            ("1E125", "1" + String(repeating: "0", count: 125)),
            ("1E-130", "0." + String(repeating: "0", count: 129) + "1"),
            ("0e999999999999999999999", "0"),
        ]
    )
    func `a number is kept without needless zeros`(written: String, kept: String) async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("x"), "n": .n(written)])
        #expect(try await harness.item("x")?["n"] == .n(kept))
    }

    @Test(
        arguments: [
            ("", "cannot be converted to a numeric value"),
            ("abc", "cannot be converted to a numeric value: abc"),
            ("NaN", "cannot be converted"), ("Infinity", "cannot be converted"),
            ("1e", "cannot be converted"),
            ("1 ", "cannot be converted"), ("--1", "cannot be converted"), (".", "cannot be converted"),
            ("1.2.3", "cannot be converted"), ("0x1", "cannot be converted"),
            (nines + "1", "more than 38 significant digits"),
            ("1.0" + nines, "more than 38 significant digits"),
            ("1" + String(repeating: "0", count: 50) + "1", "more than 38 significant digits"),
            ("1e126", "Number overflow"), ("-1e126", "Number overflow"),
            ("9e999999999999999999999", "Number overflow"),
            ("1e-131", "Number underflow"), ("10e125", "Number overflow"),
        ]
    )
    func `what is no number or too large a one is refused`(written: String, message: String) async throws {
        let harness = try await DynamoHarness()
        let reply = try await harness.send(
            "PutItem",
            ["TableName": "things", "Item": ["id": .s("x"), "n": .n(written)]]
        )
        #expect(reply.error == "ValidationException")
        #expect(reply.message.contains(message), "\(reply.message)")
    }

    @Test(
        arguments: [
            ("1", "+", "2", "3"), ("1", "-", "2", "-1"), ("0.1", "+", "0.2", "0.3"), ("5", "-", "5", "0"),
            ("1e20", "+", "1e-10", "100000000000000000000.0000000001"), ("-1.5", "+", "1.25", "-0.25"),
            (powerOf38, "-", "1", nines), (nines, "+", "1", powerOf38), ("0", "-", "7", "-7"),
            ("7", "+", "0", "7"),
            ("-1", "-", "-1", "0"), ("99.5", "+", "0.5", "100"),
            ("1e125", "+", "8e125", "9" + String(repeating: "0", count: 125)),
            ("1e-130", "-", "1e-130", "0"), ("9007199254740993", "+", "1", "9007199254740994"),
            ("3", "-", "-1e30", "1000000000000000000000000000003"),
        ]
    )
    func `sums and differences are exact`(a: String, sign: String, b: String, result: String) async throws {
        let harness = try await DynamoHarness()
        let reply = try await harness.update("SET n = :a \(sign) :b", values: [":a": .n(a), ":b": .n(b)])
        #expect(reply.status == 200, "\(reply.message)")
        #expect(try await harness.item("x")?["n"] == .n(result))
    }

    @Test(
        arguments: [
            ("9e125", "+", "9e125"), ("9e125", "-", "-9e125"), ("1e50", "+", "1"), ("1e50", "-", "1"),
            (nines, "+", "0.1"), ("1e125", "+", "1e-130"),
        ]
    )
    func `a result that can't be kept is refused`(a: String, sign: String, b: String) async throws {
        let harness = try await DynamoHarness()
        let reply = try await harness.update("SET n = :a \(sign) :b", values: [":a": .n(a), ":b": .n(b)])
        #expect(reply.error == "ValidationException")
        #expect(reply.message.contains("Number overflow"))
    }

    @Test(
        arguments: [
            ("1", "2"), ("-2", "-1"), ("-1", "0"), ("0", "1e-130"), ("9", "10"), ("99", "100"),
            ("1.09", "1.1"),
            ("-1e125", "-9.9e124"), ("-1", "1"),
            ("123456789012345678901234567890", "123456789012345678901234567891"),
            ("0.99999", "1"), ("1e-130", "1e125"), (nines, powerOf38), ("-10", "-9.5"),
        ]
    )
    func `numbers are ordered by value`(low: String, high: String) async throws {
        let harness = try await DynamoHarness()
        try await harness.put(["id": .s("x"), "low": .n(low), "high": .n(high)])
        #expect(try await harness.scan("low < high")["Count"] == 1)
        #expect(try await harness.scan("high > low")["Count"] == 1)
        #expect(try await harness.scan("low = high OR low >= high")["Count"] == 0)
    }
}
