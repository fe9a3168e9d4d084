import Foundation
import Glibc
import Testing

/// A Kafka that can't be used: one sentence that says what to change, and no list of tries.
@Suite struct BadKafkaTests {
    private struct Case: Sendable {
        let changes: [String: String]
        let code: Int32
        let words: [String]
    }

    private static let programs: [(program: String, arguments: [String])] = [
        ("berth", ["lag"]), ("berth", ["dead", "list"]), ("berth", ["topics", "check"]),
        ("berth-worker", []), ("berth-janitor", ["run"]),
    ]

    private static let settings = [
        Case(
            changes: ["BERTH_KAFKA_PROPERTY_SASL_MECHANISMUS": "PLAIN"],
            code: 78,
            words: ["sasl.mechanismus", "did you mean", "sasl.mechanism"]
        ),
        Case(
            changes: ["BERTH_KAFKA_PROPERTY_SESSION_TIMEOUT_MS": "-5"],
            code: 78,
            words: ["session.timeout.ms"]
        ),
        Case(
            changes: ["BERTH_KAFKA_PROPERTY_ENABLE_AUTO_COMMIT": "true"],
            code: 78,
            words: ["enable.auto.commit", "can't be set"]
        ),
        Case(
            changes: ["BERTH_KAFKA_IAM": "true", "BERTH_KAFKA_PROPERTY_SASL_MECHANISM": "PLAIN"],
            code: 78,
            words: ["BERTH_KAFKA_IAM", "sasl.mechanism"]
        ),
        Case(changes: ["BERTH_KAFKA_IAM": "perhaps"], code: 78, words: ["BERTH_KAFKA_IAM", "true or false"]),
    ]

    @Test func `what can't be a broker is named with what to change`() async throws {
        try await TestFleet.with { fleet in
            let silent = try SilentListener()
            let web = (fleet.environment["AWS_ENDPOINT_URL"] ?? "").replacing("http://", with: "")
            let brokers = [
                Case(
                    changes: ["BERTH_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"],
                    code: 69,
                    words: ["127.0.0.1:1"]
                ),
                Case(changes: ["BERTH_KAFKA_BOOTSTRAP_SERVERS": web], code: 78, words: [web]),
                Case(
                    changes: ["BERTH_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:\(silent.port)"],
                    code: 69,
                    words: ["127.0.0.1:\(silent.port)"]
                ),
                Case(
                    changes: ["BERTH_KAFKA_PROPERTY_SECURITY_PROTOCOL": "ssl"],
                    code: 78,
                    words: ["security.protocol"]
                ),
            ]
            for attempt in brokers + Self.settings {
                for (program, arguments) in Self.programs {
                    try await check(program, arguments, attempt, on: fleet)
                }
            }
        }
    }

    private func check(_ program: String, _ arguments: [String], _ attempt: Case, on fleet: TestFleet)
        async throws
    {
        let result = try await fleet.run(program, arguments, attempt.changes)
        let what = "\(program) \(arguments) with \(attempt.changes): \(result.exit) \(result.errors)"
        #expect(result.exit == .code(attempt.code), "\(what)")
        // Nothing before the sentence, not even a log line.
        #expect(result.errors.split(separator: "\n").count == 1, "\(what)")
        for word in attempt.words { #expect(result.errors.contains(word), "no \(word): \(what)") }
        #expect(result.output.isEmpty, "\(what)")
    }

    @Test func `settings are checked without any service`() async throws {
        try await TestFleet.with(hasTables: false) { fleet in
            let nowhere = ["BERTH_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"]
            let fine = try await fleet.succeed("berth", ["config", "check"], nowhere)
            #expect(fine.output == "the settings can work\n")
            for attempt in Self.settings {
                try await check("berth", ["config", "check"], attempt, on: fleet)
            }
            let secret = [
                "BERTH_KAFKA_PROPERTY_SASL_PASSWORD": "hunter2", "BERTH_KAFKA_PROPERTY_SASL_USERNAME": "ada",
                "BERTH_KAFKA_PROPERTY_FETCH_MIN_BYTES": "7",
            ]
            let shown = try await fleet.succeed("berth", ["config", "show"], secret)
            #expect(!shown.output.contains("hunter2"))
            #expect(shown.output.contains("sasl.password=***  (set)"))
            #expect(shown.output.contains("fetch.min.bytes=7  (set)"))
            #expect(shown.output.contains("enable.idempotence=true  (Berth)"))
        }
    }
}

/// A port that takes connections and says nothing.
private final class SilentListener {
    private let socket: Int32
    let port: UInt16

    init() throws {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        socket = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Glibc.bind(descriptor, address, length) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard bound else { throw TestFleet.Failure(description: "no port can be listened on") }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        close(socket)
    }
}
