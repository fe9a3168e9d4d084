import Reservations

extension MessageSchemas {
    /// AsyncAPI 3.0: channels are topics, seen from Berth: it receives requests and sends events.
    var asyncAPI: JSONValue {
        let topics = Dictionary(grouping: messages, by: \.topic)
        return .object([
            "asyncapi": .string("3.0.0"),
            "info": .object([
                "title": .string("Berth"), "version": .string(BerthVersion.number),
                "description": .string("Turns a message on Kafka into a running GPU development server."),
            ]),
            "defaultContentType": .string(CloudEvent.contentType),
            "channels": .object(
                topics.mapValues { messages in
                    let references = messages.map {
                        ($0.name, Self.reference("components/messages", $0.name))
                    }
                    return .object([
                        "address": .string(messages[0].topic),
                        "messages": .object(Dictionary(uniqueKeysWithValues: references)),
                    ])
                }
            ),
            "operations": .object(
                Dictionary(
                    uniqueKeysWithValues: topics.map { topic, messages in
                        let action = messages[0].isReceived ? "receive" : "send"
                        return (
                            "\(action)-\(topic)",
                            .object([
                                "action": .string(action), "channel": Self.reference("channels", topic),
                            ])
                        )
                    }
                )
            ),
            "components": .object([
                "messages": .object(
                    Dictionary(uniqueKeysWithValues: messages.map { ($0.name, Self.message($0)) })
                )
            ]),
        ])
    }

    private static func reference(_ place: String, _ name: String) -> JSONValue {
        .object(["$ref": .string("#/\(place)/\(name)")])
    }

    private static func message(_ message: Message) -> JSONValue {
        var fields: [String: JSONValue] = [
            "name": .string(message.name), "summary": .string(message.summary),
            "contentType": .string(CloudEvent.contentType), "payload": message.schema,
            "bindings": .object([
                "kafka": .object([
                    "key": .object([
                        "type": .string("string"),
                        "description": .string("the reservation's id, if the message is about one"),
                    ])
                ])
            ]),
        ]
        if let type = message.type { fields["headers"] = headers(type) }
        return .object(fields)
    }

    /// CloudEvents 1.0, binary content mode.
    private static func headers(_ type: String) -> JSONValue {
        let names = [
            "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type", "traceparent",
        ]
        let properties = names.map { name -> (String, JSONValue) in
            var field: [String: JSONValue] = ["type": .string("string")]
            if name == "ce_type" { field["description"] = .string(type) }
            return (name, .object(field))
        }
        return .object([
            "type": .string("object"),
            "properties": .object(Dictionary(uniqueKeysWithValues: properties)),
            "required": .array(names.prefix(4).map(JSONValue.string)),
        ])
    }
}
