import Kafka
import Logging
import Testing

@Suite struct ConfigurationTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func refusal(_ properties: [String: String]) -> KafkaError? {
        let configuration = KafkaConfiguration(
            bootstrapServers: "127.0.0.1:1",
            clientID: "test",
            properties: properties
        )
        do {
            _ = try ConsumerGroupMember(
                configuration: configuration,
                group: "g",
                topics: ["t"],
                logger: logger
            )
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["no.such.property", "acks.of.all", ""])
    func `an unknown property is refused by its name`(name: String) throws {
        let error = try #require(refusal([name: "1"]))
        #expect(error.code == .invalidConfiguration)
        #expect(error.reason == "unknown property \(name)")
    }

    @Test func `a value out of range is refused by its property's name`() throws {
        let error = try #require(refusal(["session.timeout.ms": "many"]))
        #expect(error.reason.contains("session.timeout.ms"))
    }

    @Test(arguments: ["enable.auto.commit", "enable.auto.offset.store", "group.id"])
    func `a property that would break a promise is refused`(name: String) throws {
        let error = try #require(refusal([name: "true"]))
        #expect(error.reason.contains("the property \(name) can't be set"))
    }

    @Test func `a secret is neither in a description nor in a refusal`() throws {
        let properties = [
            "sasl.password": "hunter2", "ssl.key.password": "hunter2", "ssl.key.pem": "hunter2",
        ]
        let configuration = KafkaConfiguration(
            bootstrapServers: "broker:9092",
            clientID: "test",
            properties: properties
        )
        #expect(!"\(configuration)".contains("hunter2"))
        #expect(!String(reflecting: configuration).contains("hunter2"))
        #expect("\(configuration)".contains("sasl.password=***"))
        let error = try #require(refusal(["sasl.password": "hunter2\0"]))
        #expect(!String(reflecting: error).contains("hunter2"))
    }

    @Test func `an error's longer description names its place and nature`() throws {
        let error = try #require(refusal(["no.such.property": "1"]))
        #expect(String(reflecting: error).contains("NativeConfiguration.swift"))
        #expect(String(reflecting: error).contains("fatal false"))
        #expect("\(error)".hasPrefix("_INVALID_ARG: "))
    }

    private func check(_ properties: [String: String], servers: String = "127.0.0.1:1") -> KafkaError? {
        let configuration = KafkaConfiguration(
            bootstrapServers: servers,
            clientID: "test",
            properties: properties
        )
        do throws(KafkaError) {
            try configuration.check()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        (["sasl.mechanisn": "PLAIN"], "unknown property sasl.mechanisn; did you mean sasl.mechanism?"),
        (["session.timeout.ms": "0"], "the property session.timeout.ms is refused"),
        (["group.id": "g"], "the property group.id can't be set"),
        (
            ["security.protocol": "ssl", "ssl.ca.location": "/no/such/file"],
            "no client can be made: ssl.ca.location"
        ),
        (["partition.assignment.strategy": "best"], "no client can be made"),
    ])
    func `a check names what is wrong, without a broker`(properties: [String: String], start: String) throws {
        let error = try #require(check(properties))
        #expect(error.kind == .configuration)
        #expect(error.advice.hasPrefix(start), "\(error.advice)")
    }

    @Test(arguments: ["", " ", ",", " , "])
    func `no brokers are refused`(servers: String) throws {
        #expect(
            try #require(check([:], servers: servers)).advice.hasPrefix("bootstrap.servers names no broker")
        )
    }

    @Test func `what is right passes the check`() {
        #expect(check(["compression.type": "zstd", "session.timeout.ms": "6000"]) == nil)
    }

    @Test(arguments: KafkaConfiguration.Client.allCases)
    func `what a client is made with can be shown, secrets aside`(client: KafkaConfiguration.Client) throws {
        let configuration = KafkaConfiguration(
            bootstrapServers: "b:9092",
            clientID: "test",
            properties: ["acks": "1", "sasl.password": "hunter2", "statistics.interval.ms": "0"]
        )
        let shown = configuration.effectiveProperties(for: client)
        #expect(shown.map(\.name) == shown.map(\.name).sorted())
        let values = Dictionary(uniqueKeysWithValues: shown.map { ($0.name, $0) })
        #expect(values["bootstrap.servers"]?.value == "b:9092")
        #expect(values["acks"]?.value == "1")
        #expect(values["acks"]?.isDefaultOfBerth == false)
        #expect(values["statistics.interval.ms"]?.value == "0")
        #expect(values["sasl.password"]?.value == "***")
        #expect(values["sasl.password"]?.isDefaultOfBerth == false)
        #expect(values["log.queue"]?.isDefaultOfBerth == true)
        #expect((values["enable.idempotence"]?.value == "true") == (client == .producer))
        #expect((values["enable.auto.commit"]?.value == "false") == (client == .member || client == .reader))
    }
}
