import Testing

@testable import Kafka

/// Sentences of the library 2.0.2, as it writes them.
@Suite struct TroubleTests {
    @Test(arguments: [
        (
            -195 as Int32,
            "127.0.0.1:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in "
                + "state CONNECT)", KafkaError.Kind.unreachable, "broker 127.0.0.1:9092: connection refused"
        ),
        (
            -195,
            "b-1.example:9092/1: Receive failed: Invalid response size 352518144 (0..100000000): increase "
                + "receive.message.max.bytes (after 1ms in state APIVERSION_QUERY)", .configuration,
            "broker b-1.example:9092 speaks TLS, but security.protocol is plaintext"
        ),
        (
            -195, "b:9092/bootstrap: Receive failed: Invalid response size -5 (0..100000000): increase",
            .configuration, "broker b:9092 isn't a Kafka broker"
        ),
        (
            -195, "b:9092/bootstrap: Receive failed: Invalid response size many", .other, "b:9092/bootstrap"
        ),
        (
            -195,
            "b:9092/bootstrap: Disconnected while requesting ApiVersion: might be caused by incorrect "
                + "security.protocol configuration (connecting to a SSL listener?) or broker version is < 0.10",
            .configuration, "broker b:9092 hangs up at the first request"
        ),
        (
            -195,
            "b:9092/1: Disconnected: verify that security.protocol is correctly configured, broker might "
                + "require SASL authentication", .configuration,
            "broker b:9092 hangs up after the first answers"
        ),
        (
            -195, "b:9092/1: Connection setup timed out in state CONNECT (after 30000ms in state CONNECT)",
            .unreachable, "broker b:9092: no answer to a connection"
        ),
        (
            -181,
            "ssl://b:9093/bootstrap: SSL handshake failed: error:0A000412:SSL routines::sslv3 alert bad "
                + "certificate: SSL alert number 42 (after 8ms in state SSL_HANDSHAKE)", .configuration,
            "broker b:9093 refuses this client's certificate"
        ),
        (
            -193, "b:9092/bootstrap: Failed to resolve 'b:9092': Name or service not known", .unreachable,
            "broker b:9092: its name doesn't resolve"
        ),
        (-195, "", .unreachable, ""),
    ])
    func `a sentence is told for its cause`(
        code: Int32,
        text: String,
        kind: KafkaError.Kind,
        start: String
    ) {
        let code = KafkaError.Code(rawValue: code)
        let error = KafkaError.coded(code, text, trouble: Trouble(code: code, text: text))
        if kind == .other {
            #expect(error.trouble == nil)
        } else {
            #expect(error.kind == kind)
        }
        #expect(error.advice.hasPrefix(start), "\(error.advice)")
    }

    @Test func `a guess about settings is none once a connection has worked`() throws {
        let words = "b:9092/1: Disconnected: broker might require SASL authentication"
        let trouble = try #require(Trouble(code: .transport, text: words))
        #expect(trouble.kind == .configuration)
        #expect(trouble.afterWork.kind == .unreachable)
        let refused = try #require(Trouble(code: KafkaError.Code(rawValue: -169), text: "b:9092/1: SASL"))
        #expect(refused.afterWork.kind == .configuration)
    }

    @Test(arguments: [
        ("sasl.mechanisn", "sasl.mechanism"), ("sesion.timeout.ms", "session.timeout.ms"),
        ("security.protocoll", "security.protocol"), ("ack", "acks"), ("ssl.ca.locaton", "ssl.ca.location"),
        ("auto.ofset.reset", "auto.offset.reset"),
    ])
    func `a name that is nearly right is guessed`(wrong: String, right: String) {
        #expect(PropertyNames.closest(to: wrong) == right)
    }

    @Test(arguments: ["", "no.such.property", "berth", String(repeating: "x", count: 500)])
    func `a name that is like none is not guessed`(name: String) {
        #expect(PropertyNames.closest(to: name) == nil)
    }

    @Test(arguments: [("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 2)])
    func `edits are counted`(left: String, right: String, count: Int) {
        #expect(PropertyNames.distance(left, right) == count)
        #expect(PropertyNames.distance(right, left) == count)
    }
}
