/// A refusal, as the API server's `Status` object says it.
struct KubeFailure: Error {
    struct Cause: Sendable {
        var reason: String
        var message: String
        var field: String
    }

    var status: Int
    var reason: String
    var message: String
    var kind: KubeKind?
    var name: String?
    var causes: [Cause] = []
    var retryAfterSeconds: Int?

    var value: KubeValue {
        var details: KubeValue = [:]
        if let kind {
            details["kind"] = .string(kind.rawValue)
            if !kind.group.isEmpty { details["group"] = .string(kind.group) }
        }
        if let name { details["name"] = .string(name) }
        if let retryAfterSeconds { details["retryAfterSeconds"] = .integer(retryAfterSeconds) }
        if !causes.isEmpty {
            details["causes"] = .array(
                causes.map {
                    [
                        "reason": .string($0.reason), "message": .string($0.message),
                        "field": .string($0.field),
                    ]
                }
            )
        }
        return [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(message), "reason": .string(reason), "details": details,
            "code": .integer(status),
        ]
    }
}

extension KubeFailure {
    private static func title(_ kind: KubeKind) -> String {
        kind.group.isEmpty ? kind.rawValue : "\(kind.rawValue).\(kind.group)"
    }

    static func notFound(_ key: KubeKey) -> KubeFailure {
        KubeFailure(
            status: 404,
            reason: "NotFound",
            message: "\(title(key.kind)) \"\(key.name)\" not found",
            kind: key.kind,
            name: key.name
        )
    }

    static let noSuchPath = KubeFailure(
        status: 404,
        reason: "NotFound",
        message: "the server could not find the requested resource"
    )

    static func alreadyExists(_ key: KubeKey) -> KubeFailure {
        KubeFailure(
            status: 409,
            reason: "AlreadyExists",
            message: "\(title(key.kind)) \"\(key.name)\" already exists",
            kind: key.kind,
            name: key.name
        )
    }

    static func conflict(_ key: KubeKey, _ problem: String) -> KubeFailure {
        KubeFailure(
            status: 409,
            reason: "Conflict",
            message: "Operation cannot be fulfilled on \(title(key.kind)) \"\(key.name)\": \(problem)",
            kind: key.kind,
            name: key.name
        )
    }

    static func stale(_ key: KubeKey) -> KubeFailure {
        conflict(
            key,
            "the object has been modified; please apply your changes to the latest version and try again"
        )
    }

    static func invalid(_ kind: KubeKind, _ name: String, _ causes: [Cause]) -> KubeFailure {
        KubeFailure(
            status: 422,
            reason: "Invalid",
            message: "\(kind.kind) \"\(name)\" is invalid: "
                + causes.map { "\($0.field): \($0.message)" }.joined(separator: ", "),
            kind: kind,
            name: name,
            causes: causes
        )
    }

    static func badRequest(_ message: String) -> KubeFailure {
        KubeFailure(status: 400, reason: "BadRequest", message: message)
    }

    static func forbidden(_ key: KubeKey, _ problem: String) -> KubeFailure {
        KubeFailure(
            status: 403,
            reason: "Forbidden",
            message: "\(title(key.kind)) \"\(key.name)\" is forbidden: \(problem)",
            kind: key.kind,
            name: key.name
        )
    }

    /// A version or a continue token that is older than what the server remembers.
    static func expired(_ message: String) -> KubeFailure {
        KubeFailure(status: 410, reason: "Expired", message: message)
    }

    static let methodNotAllowed = KubeFailure(
        status: 405,
        reason: "MethodNotAllowed",
        message: "the server does not allow this method on the requested resource"
    )
}
