import Foundation
import Kafka
import Logging

extension TestFleet {
    enum Topic: String {
        case requests, commands, events, orphaned, dead

        var standard: String {
            switch self {
            case .requests, .commands, .events: "reservations.\(rawValue)"
            case .orphaned: "volumes.orphaned"
            case .dead: "berth.dead"
            }
        }
    }

    var kafka: KafkaConfiguration {
        KafkaConfiguration(
            bootstrapServers: environment["BERTH_KAFKA_BOOTSTRAP_SERVERS"] ?? "",
            clientID: "test-\(UUID().uuidString)",
            properties: ["fetch.wait.max.ms": "10"]
        )
    }

    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    func name(of topic: Topic) -> String {
        environment["BERTH_TOPICS_\(topic.rawValue.uppercased())"] ?? topic.standard
    }

    /// Publishes bodies as any producer might, in order and on one partition; returns their offsets.
    @discardableResult
    func publish(
        _ bodies: [String],
        to topic: Topic,
        key: String? = nil,
        headers: [KafkaHeader] = []
    ) async throws -> [Int64] {
        let producer = try Producer(configuration: kafka, logger: Self.quiet)
        var offsets: [Int64] = []
        for body in bodies {
            let record = ProducerRecord(
                topic: name(of: topic),
                partition: 0,
                key: key.map { Array($0.utf8) },
                value: Array(body.utf8),
                headers: headers
            )
            offsets.append(try await producer.send(record).offset)
        }
        await producer.close(within: .seconds(5))
        return offsets
    }

    /// Reads a topic from its beginning until enough messages fit.
    func messages(
        on topic: Topic,
        count: Int,
        within limit: Duration = .seconds(40),
        where fits: @escaping @Sendable (KafkaMessage) -> Bool = { _ in true }
    ) async throws -> [KafkaMessage] {
        let reader = try TopicReader(configuration: kafka, topic: name(of: topic), logger: Self.quiet)
        defer { reader.close() }
        try await reader.start(from: .beginning, within: .seconds(15))
        return try await SystemTests.within(limit, "\(count) messages on \(topic)") {
            var found: [KafkaMessage] = []
            for try await message in reader.messages where fits(message) {
                found.append(message)
                if found.count == count { break }
            }
            return found
        }
    }

    /// Waits for the event that says that a reservation has a status.
    @discardableResult
    func event(of id: String, saying status: String) async throws -> JSON {
        let heard = try await messages(on: .events, count: 1) { message in
            guard let event = message.json else { return false }
            return event["reservation_id"] == .string(id) && event["status"] == .string(status)
                && event["phase"] != nil
        }
        return heard.first?.json ?? .null
    }

    /// A request as a producer in another language writes it.
    static func request(_ id: String, user: String = TestFleet.user, _ more: String = "") -> String {
        """
        {"reservation_id":"\(id)","user_id":"\(user)","gpu_type":"t4","gpu_count":1,\
        "duration_hours":1,"github_user":"ada"\(more.isEmpty ? "" : ",")\(more)}
        """
    }

    static func cancellation(_ id: String, user: String = TestFleet.user) -> String {
        #"{"type":"cancellation","reservation_id":"\#(id)","user_id":"\#(user)"}"#
    }
}

extension KafkaMessage {
    var json: JSON? { value.flatMap { try? JSONDecoder().decode(JSON.self, from: Data($0)) } }

    var text: String { String(decoding: value ?? [], as: UTF8.self) }
}
