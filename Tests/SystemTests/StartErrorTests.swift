import Testing

@Suite struct StartErrorTests {
    private struct Case: Sendable {
        let program: String
        let arguments: [String]
        let changes: [String: String]
        let code: Int32
        let words: [String]
    }

    /// On a stack without tables.
    private static let withoutTables = [
        Case(
            program: "berth-worker",
            arguments: [],
            changes: [:],
            code: 78,
            words: ["berth tables create"]
        ),
        Case(
            program: "berth-janitor",
            arguments: ["run"],
            changes: [:],
            code: 78,
            words: ["berth tables create"]
        ),
    ]

    private static let withTables = [
        Case(
            program: "berth-worker",
            arguments: [],
            changes: ["BERTH_TOPICS_REQUESTS": "no.such-topic"],
            code: 78,
            words: ["no.such-topic", "berth topics create"]
        ),
        Case(
            program: "berth-worker",
            arguments: [],
            changes: ["AWS_REGION": "", "AWS_DEFAULT_REGION": ""],
            code: 78,
            words: ["AWS_REGION"]
        ),
        Case(
            program: "berth-worker",
            arguments: [],
            changes: ["BERTH_LEASE_LENGHT": "4s"],
            code: 78,
            words: ["BERTH_LEASE_LENGHT", "BERTH_LEASE_LENGTH"]
        ),
        Case(
            program: "berth-worker",
            arguments: [],
            changes: ["BERTH_LEASE_LENGTH": "soon"],
            code: 78,
            words: ["BERTH_LEASE_LENGTH", "soon"]
        ),
        Case(
            program: "berth-worker",
            arguments: [],
            changes: ["BERTH_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"],
            code: 69,
            words: ["127.0.0.1:1"]
        ),
        Case(
            program: "berth-worker",
            arguments: [],
            changes: ["BERTH_KAFKA_BOOTSTRAP_SERVERS": ""],
            code: 78,
            words: ["BERTH_KAFKA_BOOTSTRAP_SERVERS"]
        ),
        Case(
            program: "berth-worker",
            arguments: [],
            changes: ["AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "2"],
            code: 69,
            words: ["tables"]
        ),
        Case(
            program: "berth-janitor",
            arguments: ["sweep"],
            changes: ["KUBECONFIG": "/nowhere/kubeconfig"],
            code: 78,
            words: ["/nowhere/kubeconfig"]
        ),
    ]

    @Test func `a process that can't start says why in one sentence, with its exit code`() async throws {
        try await TestFleet.with(hasTables: false) { fleet in
            for attempt in Self.withoutTables { try await check(attempt, on: fleet) }
            try await fleet.succeed("berth", ["tables", "create"])
            for attempt in Self.withTables { try await check(attempt, on: fleet) }
        }
    }

    private func check(_ attempt: Case, on fleet: TestFleet) async throws {
        let result = try await fleet.run(attempt.program, attempt.arguments, attempt.changes)
        // What a server logs meanwhile is JSON; the sentence is for people.
        let lines = result.errors.split(separator: "\n").filter { !$0.hasPrefix("{") }
        #expect(result.exit == .code(attempt.code), "\(attempt.changes): \(result.errors)")
        #expect(lines.count == 1, "\(attempt.changes): \(result.errors)")
        for word in attempt.words {
            #expect(lines.first?.contains(word) == true, "no \(word) in: \(result.errors)")
        }
        #expect(result.output.isEmpty)
    }
}
