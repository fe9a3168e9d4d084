extension ControlAPI {
    /// At most so many errors are injected by one request.
    private static let maxErrors = 1_000

    func handleKafka(_ request: LocalRequest, _ rest: [String]) throws -> LocalResponse {
        guard let kafka else { throw ControlProblem(status: 404, "this stack has no Kafka") }
        switch (request.method, rest.first, rest.dropFirst().first) {
        case ("GET", nil, nil):
            return Self.json(
                [
                    "brokers": .integer(kafka.brokers), "bootstrap": .string(kafka.bootstrapServers),
                ] as JSONValue
            )
        case ("POST", "brokers", .some(let number)):
            let change: BrokerChange = try Self.decoded(request)
            try apply(change, to: number, of: kafka)
        case ("POST", "coordinator", nil):
            let move: CoordinatorMove = try Self.decoded(request)
            try kafka.setCoordinator(of: move.group, broker: move.broker)
        case ("POST", "errors", nil):
            let errors: BrokerErrors = try Self.decoded(request)
            try kafka.push(errors: try Self.codes(errors.codes), to: try Self.kind(errors.request))
        case ("DELETE", "errors", .some(let kind)):
            try kafka.clearErrors(of: try Self.kind(kind))
        default:
            throw ControlProblem(status: 404, "there is no \(request.method) \(request.path)")
        }
        return LocalResponse(status: 204)
    }

    private func apply(_ change: BrokerChange, to number: String, of kafka: LocalKafka) throws {
        guard let broker = Int(number), (1...kafka.brokers).contains(broker) else {
            throw ControlProblem(
                status: 404,
                "there is no broker '\(number)'; they count from 1 to \(kafka.brokers)"
            )
        }
        if let delay = change.delayMilliseconds {
            try kafka.delay(broker: broker, by: .milliseconds(max(0, delay)))
        }
        switch change.isUp {
        case true?: try kafka.brokerUp(broker)
        case false?: try kafka.brokerDown(broker)
        case nil: break
        }
    }

    private static func kind(_ text: String) throws -> LocalKafka.Request {
        if let kind = LocalKafka.Request(text: text) { return kind }
        let known = LocalKafka.Request.allCases.map { "\($0)" }.joined(separator: ", ")
        throw ControlProblem(status: 400, "there is no request '\(text)'; there are: \(known)")
    }

    private static func codes(_ texts: [String]) throws -> [Int32] {
        guard texts.count <= maxErrors else {
            throw ControlProblem(status: 400, "at most \(maxErrors) errors can be given at once")
        }
        return try texts.map { text in
            guard let code = LocalKafka.errorCode(text) else {
                throw ControlProblem(status: 400, "'\(text)' is no error of Kafka's protocol")
            }
            return code
        }
    }
}

/// What `POST /kafka/brokers/N` takes; what is nil stays.
package struct BrokerChange: Codable, Sendable {
    package var isUp: Bool?
    package var delayMilliseconds: Int?

    package init(isUp: Bool? = nil, delayMilliseconds: Int? = nil) {
        self.isUp = isUp
        self.delayMilliseconds = delayMilliseconds
    }
}

/// What `POST /kafka/coordinator` takes.
package struct CoordinatorMove: Codable, Sendable {
    package var group: String
    package var broker: Int

    package init(group: String, broker: Int) {
        self.group = group
        self.broker = broker
    }
}

/// What `POST /kafka/errors` takes: the next requests of a kind are answered with these, one after the other.
package struct BrokerErrors: Codable, Sendable {
    package var request: String
    /// Names or numbers of the protocol; 0 lets one pass.
    package var codes: [String]

    package init(request: String, codes: [String]) {
        self.request = request
        self.codes = codes
    }
}
