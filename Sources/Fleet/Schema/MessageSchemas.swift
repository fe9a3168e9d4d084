import Foundation
import Reservations

/// Every message on Berth's topics, as JSON Schemas and as one AsyncAPI document.
package struct MessageSchemas: Sendable {
    package struct Message: Sendable {
        package let name: String
        let topic: String
        /// The envelope's type; nil: producers needn't write one.
        let type: String?
        let summary: String
        let isReceived: Bool
        let schema: JSONValue
    }

    package let messages: [Message]

    /// The messages of a fleet with standard settings.
    ///
    /// - Throws: if a type reads something that no schema is known for.
    package init() throws {
        let settings = try FleetSettings(from: SettingSources(environment: [:]))
        let topics = settings.topics
        func received(_ name: String, _ topic: Topics.Topic, _ summary: String, _ schema: JSONValue)
            -> Message
        {
            Message(
                name: name,
                topic: topic.name,
                type: nil,
                summary: summary,
                isReceived: true,
                schema: schema
            )
        }
        func sent<Body: Decodable>(
            _ name: String,
            _ topic: Topics.Topic,
            _ type: String,
            _ summary: String,
            _ body: Body.Type
        ) throws -> Message {
            Message(
                name: name,
                topic: topic.name,
                type: type,
                summary: summary,
                isReceived: false,
                schema: try TypeSchema.of(body)
            )
        }
        messages = [
            received(
                "reservation-request",
                topics.requests,
                "Asks for a server.",
                RequestSchemas.request(RequestRules(settings))
            ),
            received("cancel", topics.commands, "Ends a reservation.", RequestSchemas.cancel),
            received("extend", topics.commands, "Gives a running server more time.", RequestSchemas.extend),
            try sent(
                "reservation-event",
                topics.events,
                "dev.berth.reservation.<status>",
                "What became of a reservation. Readers drop lower versions.",
                ReservationEvent.self
            ),
            try sent(
                "refusal",
                topics.events,
                EventType.refused.name,
                "A request or command was refused for what it asks.",
                Refusal.self
            ),
            try sent(
                "capacity-hint",
                topics.events,
                EventType.capacityFreed.name,
                "GPUs of a type may be free: a hint for workers.",
                CapacityHint.self
            ),
            try sent(
                "death-hint",
                topics.events,
                EventType.workerDied.name,
                "A worker was written dead: a hint for workers.",
                DeathHint.self
            ),
            try sent(
                "orphan-report",
                topics.orphaned,
                EventType.volumeOrphaned.name,
                "A volume that nobody may need any more, for the janitor.",
                OrphanReport.self
            ),
        ]
    }

    /// The files of `ops/schemas`, by name.
    package func files() throws -> [String: String] {
        var files = ["asyncapi.json": try Self.text(asyncAPI)]
        for message in messages {
            guard case .object(var schema) = message.schema else { continue }
            schema["$schema"] = .string("https://json-schema.org/draft/2020-12/schema")
            schema["title"] = .string(message.name)
            schema["description"] = .string(message.summary)
            files["\(message.name).json"] = try Self.text(.object(schema))
        }
        return files
    }

    private static func text(_ value: JSONValue) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }
}
