/// An error as EC2 answers it ("Error codes for the Amazon EC2 API").
package struct EC2Error: Error, Hashable, Sendable, CustomStringConvertible {
    package var code: String
    package var status: Int
    package var message: String

    package init(_ code: String, status: Int = 400, _ message: String) {
        self.code = code
        self.status = status
        self.message = message
    }

    package var description: String { "\(code): \(message)" }

    static func missing(_ parameter: String) -> EC2Error {
        EC2Error("MissingParameter", "The request must contain the parameter \(parameter)")
    }

    static func invalid(_ value: String, for parameter: String, _ reason: String = "") -> EC2Error {
        EC2Error("InvalidParameterValue", "Value (\(value)) for parameter \(parameter) is invalid. \(reason)")
    }

    /// One id that isn't known fails the whole call; the message names all of them, and clients parse it.
    static func volumesNotFound(_ ids: [String]) -> EC2Error {
        EC2Error("InvalidVolume.NotFound", notFound("volume", ids))
    }

    static func snapshotsNotFound(_ ids: [String]) -> EC2Error {
        EC2Error("InvalidSnapshot.NotFound", notFound("snapshot", ids))
    }

    static func malformed(_ id: String, kind: ResourceKind) -> EC2Error {
        EC2Error(kind.malformedCode, "Invalid id: \"\(id)\" (expecting \"\(kind.prefix)...\")")
    }

    static let tokenMismatch = EC2Error(
        "IdempotentParameterMismatch",
        "The request uses the same client token as a previous, but non-identical request."
    )

    static let tokenBurnt = EC2Error(
        "IdempotentParameterMismatch",
        "The client token you have provided is associated with a resource that is already deleted. "
            + "Please use a different client token."
    )

    static let throttled = EC2Error("RequestLimitExceeded", status: 503, "Request limit exceeded.")

    private static func notFound(_ noun: String, _ ids: [String]) -> String {
        let names = ids.joined(separator: ", ")
        return ids.count == 1
            ? "The \(noun) '\(names)' does not exist." : "The \(noun)s '\(names)' do not exist."
    }

    /// What an id can be an id of.
    enum ResourceKind {
        case volume, snapshot, instance

        var prefix: String {
            switch self {
            case .volume: "vol-"
            case .snapshot: "snap-"
            case .instance: "i-"
            }
        }

        var malformedCode: String {
            switch self {
            case .volume: "InvalidVolumeID.Malformed"
            case .snapshot: "InvalidSnapshotID.Malformed"
            case .instance: "InvalidInstanceID.Malformed"
            }
        }

        /// Whether the id has the form: the prefix and 8 to 17 hexadecimal digits.
        func admits(_ id: String) -> Bool {
            guard id.hasPrefix(prefix) else { return false }
            let digits = id.dropFirst(prefix.count)
            return (8...17).contains(digits.count) && digits.allSatisfy { $0.isHexDigit && !$0.isUppercase }
        }
    }
}
