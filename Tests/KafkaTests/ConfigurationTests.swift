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
        #expect(error.reason.contains("the property \(name) is refused"))
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
}
