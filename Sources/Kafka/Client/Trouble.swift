import CRdkafka

/// What keeps a client from its cluster: read once from the library's code and words, which alone tell causes
/// apart that share a code.
struct Trouble: Sendable, Hashable {
    let kind: KafkaError.Kind
    /// What is wrong and what to change; no full stop, no secret.
    let sentence: String
    /// Only likely: once a connection has worked, the broker may just have gone.
    let isGuess: Bool

    init(_ kind: KafkaError.Kind, _ sentence: String, isGuess: Bool = false) {
        self.kind = kind
        self.sentence = sentence
        self.isGuess = isGuess
    }

    /// Nil if the code alone says as much.
    init?(code: KafkaError.Code, text: String) {
        let words = Words(text)
        let found =
            switch code.native {
            case RD_KAFKA_RESP_ERR__SSL: Self.tls(words)
            case RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
                Self.authentication(words)
            case RD_KAFKA_RESP_ERR__RESOLVE:
                Trouble(
                    .unreachable,
                    "broker \(words.broker): its name doesn't resolve: check bootstrap.servers and the DNS"
                )
            default: Self.transport(words)
            }
        guard let found else { return nil }
        self = found
    }

    /// The same once something has worked before: a guess about settings is no longer likely.
    var afterWork: Trouble {
        isGuess ? Trouble(.unreachable, sentence, isGuess: true) : self
    }

    private static func transport(_ words: Words) -> Trouble? {
        let broker = "broker \(words.broker)"
        if words.has("Connection refused") {
            return Trouble(
                .unreachable,
                "\(broker): connection refused: is it running there? (bootstrap.servers)"
            )
        }
        if let size = words.frameSize { return foreign(size, broker) }
        if words.has("SSL handshake failed") || words.has("in state SSL_HANDSHAKE") { return tls(words) }
        if words.has("Disconnected while requesting ApiVersion") {
            return Trouble(
                .configuration,
                "\(broker) hangs up at the first request: does it speak TLS, or isn't it a Kafka broker? "
                    + "(security.protocol, bootstrap.servers)",
                isGuess: true
            )
        }
        if words.has("broker might require SASL") {
            return Trouble(
                .configuration,
                "\(broker) hangs up after the first answers: does it want SASL? (security.protocol)",
                isGuess: true
            )
        }
        if words.has("Connection setup timed out") || words.has("Connection timed out") {
            return Trouble(
                .unreachable,
                "\(broker): no answer to a connection: check bootstrap.servers, and firewalls on the way"
            )
        }
        return nil
    }

    /// What answers in another protocol gives itself away by the bytes read as a frame's length.
    private static func foreign(_ size: UInt32, _ broker: String) -> Trouble {
        // A record of TLS: alert or handshake, version 3.x.
        if [0x1503, 0x1603].contains(size >> 16) {
            return Trouble(
                .configuration,
                "\(broker) speaks TLS, but security.protocol is plaintext: set it to ssl or sasl_ssl"
            )
        }
        guard size == 0x4854_5450 else {
            return Trouble(
                .configuration,
                "\(broker) isn't a Kafka broker (check bootstrap.servers), or answers with more than "
                    + "receive.message.max.bytes"
            )
        }
        return Trouble(
            .configuration,
            "\(broker) isn't a Kafka broker: it speaks HTTP: check bootstrap.servers"
        )
    }

    private static func tls(_ words: Words) -> Trouble {
        let broker = "broker \(words.broker)"
        if words.has("wrong version number") || words.has("Disconnected") {
            return Trouble(
                .configuration,
                "\(broker) doesn't speak TLS, but security.protocol asks for it",
                isGuess: words.has("Disconnected")
            )
        }
        if words.has("certificate verify failed") || words.has("could not be verified") {
            return Trouble(
                .configuration,
                "\(broker): its certificate can't be verified: check ssl.ca.location, and that the "
                    + "certificate names this host"
            )
        }
        if words.has("alert") || words.has("client SSL authentication") {
            return Trouble(
                .configuration,
                "\(broker) refuses this client's certificate, or the lack of one: check "
                    + "ssl.certificate.location and ssl.key.location"
            )
        }
        return Trouble(.configuration, "\(broker): TLS failed: \(words.text)")
    }

    private static func authentication(_ words: Words) -> Trouble {
        if let reason = words.after("Failed to acquire SASL OAUTHBEARER token: ") {
            return Trouble(.other, "no token for SASL's OAUTHBEARER could be had: \(reason)")
        }
        if let offered = words.after("broker's supported mechanisms: ") {
            let list = offered.prefix { $0 != "(" }.filter { $0 != " " }
            return Trouble(
                .configuration,
                "broker \(words.broker) doesn't offer this sasl.mechanism: it offers "
                    + (list.isEmpty ? "none" : list.replacing(",", with: ", "))
            )
        }
        if words.has("OAUTHBEARER") {
            return Trouble(
                .configuration,
                "broker \(words.broker) refuses the OAUTHBEARER token: check whom it is for and its rights"
            )
        }
        return Trouble(
            .configuration,
            "SASL authentication was refused by broker \(words.broker): "
                + "check sasl.username and sasl.password"
        )
    }
}

extension Trouble {
    /// The library's sentence, taken apart.
    struct Words {
        let text: String

        init(_ text: String) {
            self.text = text
        }

        func has(_ part: String) -> Bool { text.contains(part) }

        func after(_ mark: String) -> String? {
            text.firstRange(of: mark).map { String(text[$0.upperBound...]) }
        }

        /// `host:port`, which stands first, perhaps as `sasl_ssl://host:port/bootstrap`.
        var broker: String {
            let name = text.prefix { $0 != " " }
            let bare = name.firstRange(of: "://").map { name[$0.upperBound...] } ?? name
            let host = bare.prefix { $0 != "/" }
            return host.last == ":" ? String(host.dropLast()) : String(host)
        }

        /// The length that no frame of Kafka's has; the library shows it signed.
        var frameSize: UInt32? {
            guard let rest = after("Invalid response size ") ?? after("Invalid frame size ") else {
                return nil
            }
            return Int32(rest.prefix { $0 == "-" || $0.isNumber }).map { UInt32(bitPattern: $0) }
        }
    }
}
