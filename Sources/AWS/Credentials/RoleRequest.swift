import Foundation

/// Which role to assume, and how.
struct RoleRequest: Sendable, Hashable {
    var arn: String
    var sessionName: String
    var externalID: String?
    var durationSeconds: Int?

    init(arn: String, sessionName: String, externalID: String? = nil, durationSeconds: Int? = nil) {
        self.arn = arn
        self.sessionName = sessionName
        self.externalID = externalID
        self.durationSeconds = durationSeconds
    }

    init(_ profile: Profiles.Profile, name: String, date: Date) throws(CredentialError) {
        arn = profile["role_arn"] ?? ""
        sessionName = profile["role_session_name"] ?? Self.sessionName(at: date)
        externalID = profile["external_id"]
        if let text = profile["duration_seconds"] {
            guard let seconds = Int(text), seconds > 0 else {
                throw CredentialError(
                    .misconfigured,
                    "profile \(name) has a duration_seconds that is no number"
                )
            }
            durationSeconds = seconds
        }
    }

    /// What shows in the account's audit log if nobody chose a name.
    static func sessionName(at date: Date) -> String {
        "berth-\(Timestamp.basic(date))"
    }
}
