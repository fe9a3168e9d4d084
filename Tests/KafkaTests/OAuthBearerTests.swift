import Foundation
import Kafka
import Logging
import Synchronization
import Testing

/// Tokens as a broker sees them.
@Suite struct OAuthBearerTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Numbers its tokens, and keeps when each was asked for.
    private final class Source: OAuthBearerTokens {
        let asked = Mutex<[Date]>([])
        let most = Mutex((now: 0, ever: 0))
        let life: TimeInterval
        let failures: Int

        init(life: TimeInterval = 3600, failures: Int = 0) {
            self.life = life
            self.failures = failures
        }

        func token() async throws -> OAuthBearerToken {
            let now = Date()
            let number = asked.withLock { asked in
                asked.append(now)
                return asked.count
            }
            most.withLock { most in
                most.now += 1
                most.ever = max(most.ever, most.now)
            }
            defer { most.withLock { $0.now -= 1 } }
            if number <= failures { throw NoToken() }
            return OAuthBearerToken(
                value: "token-\(number)",
                expiresAtMilliseconds: Int64(now.addingTimeInterval(life).timeIntervalSince1970 * 1000),
                principal: "berth",
                extensions: ["logicalCluster": "lkc-1", "identityPoolId": "pool 1"]
            )
        }
    }

    private struct NoToken: Error, CustomStringConvertible {
        let description = "the role can't be assumed"
    }

    /// Never answers, and takes cancellation as slowly as it likes.
    private struct Silent: OAuthBearerTokens {
        func token() async throws -> OAuthBearerToken {
            try await Task.sleep(for: .seconds(3600))
            throw NoToken()
        }
    }

    private func configuration(_ address: String, _ tokens: any OAuthBearerTokens) -> KafkaConfiguration {
        KafkaConfiguration(
            bootstrapServers: address,
            clientID: "test",
            properties: [
                "security.protocol": "sasl_plaintext", "sasl.mechanism": "OAUTHBEARER",
                "reconnect.backoff.ms": "10", "reconnect.backoff.max.ms": "100",
            ],
            tokens: tokens
        )
    }

    private static func shown(_ number: Int) -> FakeBroker.Credentials {
        let text =
            "n,,\u{1}auth=Bearer token-\(number)\u{1}identityPoolId=pool 1\u{1}logicalCluster=lkc-1\u{1}\u{1}"
        return FakeBroker.Credentials(mechanism: "OAUTHBEARER", bytes: Array(text.utf8))
    }

    @Test func `the token and its extensions arrive byte for byte, before a second is over`() async throws {
        let broker = try await FakeBroker.kafka(mechanisms: ["OAUTHBEARER"])
        defer { broker.close() }
        let admin = try Admin(configuration: configuration(broker.address, Source()), logger: logger)
        defer { admin.close() }
        #expect(try await admin.describeTopics([]).isEmpty)
        #expect(broker.shown.first == Self.shown(1))
    }

    @Test func `a new token is asked for before the old one ends, one at a time, and shown`() async throws {
        let broker = try await FakeBroker.kafka(mechanisms: ["OAUTHBEARER"])
        defer { broker.close() }
        let source = Source(life: 6)
        let admin = try Admin(configuration: configuration(broker.address, source), logger: logger)
        defer { admin.close() }
        _ = try await admin.describeTopics([])
        try await within(.seconds(8), "a second token") {
            while source.asked.withLock({ $0.count }) < 2 { _ = try await admin.describeTopics([]) }
        }
        let times = source.asked.withLock { $0 }
        let pause = times[1].timeIntervalSince(times[0])
        #expect(pause >= 4.7 && pause < 6, "\(pause)")
        #expect(source.most.withLock { $0.ever } == 1)
        try await within(.seconds(5), "the second token at the broker") {
            while !broker.shown.contains(Self.shown(2)) {
                broker.dropConnections()
                _ = try? await admin.describeTopics([], within: .seconds(4))
            }
        }
    }

    @Test func `a token that can't be had is told in its source's words`() async throws {
        let broker = try await FakeBroker.kafka(mechanisms: ["OAUTHBEARER"])
        defer { broker.close() }
        let source = Source(failures: .max)
        let admin = try Admin(configuration: configuration(broker.address, source), logger: logger)
        defer { admin.close() }
        let error = await #expect(throws: KafkaError.self) {
            try await admin.describeTopics([], within: .seconds(10))
        }
        #expect(
            error?.advice == "no token for SASL's OAUTHBEARER could be had: the role can't be assumed",
            "\(String(describing: error))"
        )
        #expect(broker.shown.isEmpty)
    }

    @Test func `a source that never answers holds up no close`() async throws {
        let broker = try await FakeBroker.kafka(mechanisms: ["OAUTHBEARER"])
        defer { broker.close() }
        let producer = try Producer(configuration: configuration(broker.address, Silent()), logger: logger)
        try await within(.seconds(1), "the close") { await producer.close(within: .zero) }
    }

    @Test func `a token that the broker refuses is a matter of settings`() async throws {
        let broker = try await FakeBroker.kafka(mechanisms: ["OAUTHBEARER"]) { shown in
            shown.bytes == [1]
                ? .refused(code: 58, words: "invalid_token") : .bytes(#"{"status":"invalid_token"}"#)
        }
        defer { broker.close() }
        let admin = try Admin(configuration: configuration(broker.address, Source()), logger: logger)
        defer { admin.close() }
        let error = await #expect(throws: KafkaError.self) { try await admin.describeTopics([]) }
        #expect(error?.kind == .configuration)
        #expect(error?.advice.hasPrefix("SASL authentication was refused") == true, "\(error as Any)")
    }

    @Test(arguments: [
        OAuthBearerToken(value: "s3cr3t\u{7F}b", expiresAtMilliseconds: .max / 2000, principal: "p"),
        OAuthBearerToken(value: "s3cr3t\0b", expiresAtMilliseconds: .max / 2000, principal: "p"),
        OAuthBearerToken(value: "s3cr3t", expiresAtMilliseconds: 1, principal: "p"),
        OAuthBearerToken(
            value: "s3cr3t",
            expiresAtMilliseconds: .max / 2000,
            principal: "p",
            extensions: ["auth": "x"]
        ),
    ])
    func `a token that can't be sent is named without its text`(token: OAuthBearerToken) async throws {
        struct Fixed: OAuthBearerTokens {
            let fixed: OAuthBearerToken
            func token() async throws -> OAuthBearerToken { fixed }
        }
        let broker = try await FakeBroker.kafka(mechanisms: ["OAUTHBEARER"])
        defer { broker.close() }
        let admin = try Admin(
            configuration: configuration(broker.address, Fixed(fixed: token)),
            logger: logger
        )
        defer { admin.close() }
        let error = await #expect(throws: KafkaError.self) {
            try await admin.describeTopics([], within: .seconds(10))
        }
        #expect(error?.advice.contains("could be had: the token") == true, "\(error as Any)")
        #expect(!String(reflecting: error).contains("s3cr3t"))
        #expect(!"\(token)".contains("s3cr3t"))
    }
}
