import Foundation
import Kafka
import LocalStack
import Logging
import Testing

/// What an operator is told when a connection can't work.
@Suite struct RefusalTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// The error of a first question; long before its time where waiting mends nothing.
    private func refusal(
        _ servers: String,
        _ properties: [String: String] = [:],
        waiting limit: Duration = .seconds(20)
    ) async throws -> KafkaError {
        let configuration = KafkaConfiguration(
            bootstrapServers: servers,
            clientID: "test",
            properties: properties
        )
        let admin = try Admin(configuration: configuration, logger: logger)
        defer { admin.close() }
        let error = try await within(.seconds(3), "the refusal") { () -> KafkaError? in
            do throws(KafkaError) {
                _ = try await admin.describeTopics([], within: limit)
                return nil
            } catch {
                return error
            }
        }
        return try #require(error)
    }

    private func plain(_ password: String) -> [String: String] {
        [
            "security.protocol": "sasl_plaintext", "sasl.mechanism": "PLAIN", "sasl.username": "alice",
            "sasl.password": password,
        ]
    }

    @Test func `a refused connection`() async throws {
        let error = try await refusal("127.0.0.1:1", waiting: .seconds(1))
        #expect(error.kind == .unreachable)
        #expect(
            error.advice == "broker 127.0.0.1:1: connection refused: is it running there? (bootstrap.servers)"
        )
    }

    @Test func `a name that doesn't resolve`() async throws {
        let error = try await refusal("no-such-host.invalid:9092", waiting: .seconds(1))
        #expect(error.kind == .unreachable)
        #expect(error.advice.hasPrefix("broker no-such-host.invalid:9092: its name doesn't resolve"))
    }

    @Test func `a listener that accepts and says nothing`() async throws {
        let broker = try await FakeBroker.speaking("")
        defer { broker.close() }
        let error = try await refusal(broker.address, waiting: .seconds(1))
        #expect(error.kind == .unreachable)
        #expect(error.code == .timedOut || error.code == .transport)
    }

    @Test func `a web server`() async throws {
        let broker = try await FakeBroker.speaking("HTTP/1.1 400 Bad Request\r\n\r\n")
        defer { broker.close() }
        let error = try await refusal(broker.address)
        #expect(error.kind == .configuration)
        #expect(
            error.advice
                == "broker \(broker.address) isn't a Kafka broker: it speaks HTTP: check bootstrap.servers"
        )
    }

    @Test func `a TLS listener, spoken to in plain text`() async throws {
        let certificate = try await Certificate.make(try #require(Certificate.tool))
        defer { certificate.remove() }
        let broker = try await FakeBroker.kafka(tls: certificate.context())
        defer { broker.close() }
        let error = try await refusal(broker.address, waiting: .seconds(3))
        #expect(error.kind == .configuration)
        #expect(error.advice.contains("TLS"))
        #expect(error.advice.contains("security.protocol"))
    }

    @Test func `a plain listener, spoken to in TLS`() async throws {
        let cluster = try Cluster()
        let error = try await refusal(
            cluster.kafka.bootstrapServers,
            ["security.protocol": "ssl"],
            waiting: .seconds(3)
        )
        #expect(error.kind == .configuration)
        #expect(error.advice.hasSuffix("doesn't speak TLS, but security.protocol asks for it"))
    }

    @Test func `a certificate that nobody vouches for, until its authority is named`() async throws {
        let certificate = try await Certificate.make(try #require(Certificate.tool))
        defer { certificate.remove() }
        let broker = try await FakeBroker.kafka(tls: certificate.context())
        defer { broker.close() }
        let error = try await refusal(broker.address, ["security.protocol": "ssl"])
        #expect(error.kind == .configuration)
        #expect(error.advice.contains("its certificate can't be verified: check ssl.ca.location"))
        let configuration = KafkaConfiguration(
            bootstrapServers: broker.address,
            clientID: "test",
            properties: ["security.protocol": "ssl", "ssl.ca.location": certificate.path]
        )
        let admin = try Admin(configuration: configuration, logger: logger)
        defer { admin.close() }
        #expect(try await admin.describeTopics([]).isEmpty)
    }

    @Test func `a wrong password, and the right one byte for byte`() async throws {
        let broker = try await FakeBroker.kafka(mechanisms: ["PLAIN"]) { shown in
            shown.bytes == Array("\0alice\0secret".utf8)
                ? .accepted : .refused(code: 58, words: "Authentication failed: Invalid username or password")
        }
        defer { broker.close() }
        let error = try await refusal(broker.address, plain("wrong"))
        #expect(error.kind == .configuration)
        #expect(
            error.advice
                == "SASL authentication was refused by broker \(broker.address): "
                + "check sasl.username and sasl.password"
        )
        #expect(!String(reflecting: error).contains("wrong"))
        let admin = try Admin(
            configuration: KafkaConfiguration(
                bootstrapServers: broker.address,
                clientID: "test",
                properties: plain("secret")
            ),
            logger: logger
        )
        defer { admin.close() }
        #expect(try await admin.describeTopics([]).isEmpty)
    }

    @Test func `a mechanism that the broker doesn't offer`() async throws {
        let broker = try await FakeBroker.kafka(mechanisms: ["SCRAM-SHA-512", "GSSAPI"])
        defer { broker.close() }
        let error = try await refusal(broker.address, plain("secret"))
        #expect(error.kind == .configuration)
        #expect(
            error.advice == "broker \(broker.address) doesn't offer this sasl.mechanism: "
                + "it offers SCRAM-SHA-512, GSSAPI"
        )
    }

    @Test func `SCRAM, refused`() async throws {
        let broker = try await FakeBroker.kafka(mechanisms: ["SCRAM-SHA-256"]) { _ in
            .refused(
                code: 58,
                words: "Authentication failed during authentication due to invalid credentials"
            )
        }
        defer { broker.close() }
        let properties = plain("wrong").merging(["sasl.mechanism": "SCRAM-SHA-256"]) { $1 }
        let error = try await refusal(broker.address, properties)
        #expect(error.kind == .configuration)
        #expect(error.advice.hasPrefix("SASL authentication was refused"))
        let first = try #require(broker.shown.first)
        #expect(String(decoding: first.bytes, as: UTF8.self).hasPrefix("n,,n=alice,r="))
    }

    @Test(arguments: [
        (
            LocalKafka.Request.produce, Int32(29),
            "no right to send to things: this client's principal needs WRITE on the topic"
        )
    ])
    func `no right on a topic`(request: LocalKafka.Request, code: Int32, advice: String) async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let producer = try cluster.producer()
        try cluster.kafka.push(errors: [code], to: request)
        let error = await #expect(throws: KafkaError.self) {
            try await producer.send(ProducerRecord(topic: "things", key: "k", text: "v"))
        }
        #expect(error?.kind == .configuration)
        #expect(error?.advice == advice)
        #expect(error?.outcome == .notPersisted)
        await producer.close(within: .seconds(5))
    }

    @Test(arguments: [
        (LocalKafka.Request.findCoordinator, Int32(30)), (.offsetFetch, 30),
    ])
    func `no right on a group`(request: LocalKafka.Request, code: Int32) async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let admin = try cluster.admin()
        defer { admin.close() }
        try cluster.kafka.push(errors: [code], to: request)
        let error = await #expect(throws: KafkaError.self) {
            try await admin.lag(group: "workers", topics: ["things"])
        }
        #expect(error?.kind == .configuration)
        #expect(
            error?.advice
                == "no right to read the offsets of the group workers: "
                + "this client's principal needs READ on the group"
        )
    }

    @Test func `no right on the topic when its end is asked for`() async throws {
        let cluster = try Cluster((name: "things", partitions: 1))
        let admin = try cluster.admin()
        defer { admin.close() }
        try cluster.kafka.push(errors: [29, 29], to: .listOffsets)
        let error = await #expect(throws: KafkaError.self) {
            try await admin.endOffsets(of: ["things"])
        }
        #expect(error?.kind == .configuration)
        #expect(error?.advice.hasPrefix("no right to ask for the offsets of things[0]: ") == true)
    }
}
