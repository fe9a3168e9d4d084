import Reservations

/// Schemas of what producers write: read field by field, by rules that no type holds.
///
/// A test holds them against the parser, message by message.
enum RequestSchemas {
    static func request(_ rules: RequestRules) -> JSONValue {
        var fields: [String: JSONValue] = [
            "reservation_id": uuid("made by the producer; the same one again is the same reservation"),
            "user_id": text(UserID.rule),
            "gpu_type": choice(rules.types.keys.map(\.rawValue).sorted(), "the fleet's types"),
            "gpu_count": integer([0] + RequestRules.gpuCounts, "0 for CPU types"),
            "duration_hours": number(
                from: rules.minDurationHours,
                to: rules.maxDurationHours,
                "8 if absent"
            ),
            "github_user": nullable(text(GitHubLogin.rule)),
            "disk_name": nullable(text(DiskName.rule)),
            "no_persistent_disk": flag("do without; files are lost at the end"),
            "recreate_env": flag("make the environment anew"),
            "name": nullable(text("a name for people, at most 63 characters")),
            "version": nullable(text("the producer's, at least \(rules.minVersion)")),
            "created_at": nullable(date("informative")),
            "trace": flag("ignored: every reservation has a trace"),
        ]
        for (field, feature) in RequestRules.notBuilt {
            fields[field] = .object([
                "description": .string("\(feature): not built yet, refused when set"),
                "enum": .array(
                    [.null, .bool(false), .string("")] + (field == "ref" ? [.string("none")] : [])
                ),
            ])
        }
        return object(fields, required: ["reservation_id", "user_id", "gpu_type", "gpu_count"])
    }

    static let cancel = object(
        [
            "type": choice(["cancellation"], "says that it is a cancel"),
            "reservation_id": uuid("whose end is asked for"),
            "user_id": text("the reservation's user; another's cancel is refused"),
            "command_id": nullable(text("tells two commands apart")),
            "requested_at": nullable(date("informative")),
        ],
        required: ["type", "reservation_id", "user_id"]
    )

    static let extend: JSONValue = {
        guard
            case .object(var schema) = object(
                [
                    "action": choice(["extend_reservation"], "says that it is an extension"),
                    "reservation_id": uuid("which one"),
                    "user_id": text("the reservation's user"),
                    "extension_hours": .object([
                        "type": .string("number"), "exclusiveMinimum": .number(0),
                        "maximum": .number(ExtendCommand.mostHours),
                    ]),
                    "expires_at": nullable(date("the end that it extends")),
                    "command_id": nullable(text("tells two commands apart")),
                ],
                required: ["action", "reservation_id", "user_id", "extension_hours"]
            )
        else { return .null }
        // Without either, a repeat would extend twice.
        schema["anyOf"] = .array(
            ["expires_at", "command_id"].map { .object(["required": .array([.string($0)])]) }
        )
        return .object(schema)
    }()

    private static func object(_ fields: [String: JSONValue], required: [String]) -> JSONValue {
        .object([
            "type": .string("object"), "properties": .object(fields),
            "required": .array(required.sorted().map(JSONValue.string)),
        ])
    }

    private static func text(_ description: String) -> JSONValue {
        .object(["type": .string("string"), "minLength": .number(1), "description": .string(description)])
    }

    private static func uuid(_ description: String) -> JSONValue {
        .object(["type": .string("string"), "format": .string("uuid"), "description": .string(description)])
    }

    private static func date(_ description: String) -> JSONValue {
        .object([
            "type": .string("string"), "format": .string("date-time"), "description": .string(description),
        ])
    }

    private static func choice(_ words: [String], _ description: String) -> JSONValue {
        .object(["enum": .array(words.map(JSONValue.string)), "description": .string(description)])
    }

    private static func integer(_ values: [Int], _ description: String) -> JSONValue {
        .object([
            "enum": .array(values.map { .number(Double($0)) }), "description": .string(description),
        ])
    }

    private static func number(from low: Double, to high: Double, _ description: String) -> JSONValue {
        .object([
            "type": .array([.string("number"), .string("null")]), "minimum": .number(low),
            "maximum": .number(high), "description": .string(description),
        ])
    }

    private static func flag(_ description: String) -> JSONValue {
        .object([
            "type": .array([.string("boolean"), .string("null")]), "description": .string(description),
        ])
    }

    private static func nullable(_ schema: JSONValue) -> JSONValue {
        guard case .object(var fields) = schema, case .string(let type)? = fields["type"] else {
            return schema
        }
        fields["type"] = .array([.string(type), .string("null")])
        return .object(fields)
    }
}
