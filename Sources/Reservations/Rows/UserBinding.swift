package import Foundation

/// Which GitHub login a user is bound to: a row of `users`, written with the user's first reservation.
package struct UserBinding: Codable, Sendable, Equatable {
    package let userID: UserID
    /// Nil while nobody is bound: the next reservation binds again.
    package var login: GitHubLogin?
    package var boundAt: Date
    /// The reservation that bound it; nil once an operator did.
    package var boundBy: ReservationID?
    /// What an operator gave as the reason of the last rebinding, and who that was.
    package var reason: String?
    package var operatorName: String?
    package var version: Int
    package var writeID: String

    enum CodingKeys: String, CodingKey {
        case userID = "user_id"
        case login = "github_user"
        case boundAt = "bound_at"
        case boundBy = "bound_by"
        case reason
        case operatorName = "operator"
        case version
        case writeID = "write_id"
    }

    package init(userID: UserID, login: GitHubLogin?, boundAt: Date, boundBy: ReservationID? = nil) {
        self.userID = userID
        self.login = login
        self.boundAt = boundAt
        self.boundBy = boundBy
        version = 0
        writeID = ""
    }

    /// What a request of a user comes to, with the binding as it stands.
    package enum Meeting: Sendable, Equatable {
        case bound
        /// Nobody is bound: this is to be written with the admission.
        case binds(UserBinding)
        case refused(String)
    }

    package static func meeting(
        of standing: UserBinding?,
        with request: ReservationRequest,
        at now: Date
    ) -> Meeting {
        guard let login = standing?.login else {
            var binding =
                standing
                ?? UserBinding(userID: request.userID, login: nil, boundAt: now)
            binding.login = request.githubUser
            binding.boundAt = now
            binding.boundBy = request.reservationID
            return .binds(binding)
        }
        // GitHub's logins are the same in any case of their letters.
        if login.rawValue.lowercased() == request.githubUser.rawValue.lowercased() { return .bound }
        return .refused(
            "user \(request.userID) is bound to the GitHub login \(login), not \(request.githubUser); an operator"
                + " changes that: berth user rebind \(request.userID) \(request.githubUser) --reason …"
        )
    }

    /// Bound to another login by an operator.
    package func rebound(
        to login: GitHubLogin?,
        by operatorName: String,
        because reason: String,
        at now: Date
    ) -> UserBinding {
        var next = self
        next.login = login
        next.boundAt = now
        next.boundBy = nil
        next.reason = String(reason.prefix(500))
        next.operatorName = String(operatorName.prefix(128))
        return next
    }
}

/// Who may reserve at all.
package struct AllowedUsers: Sendable, Equatable {
    /// User ids, and domains that begin with `@`; empty: everybody.
    package let entries: [String]

    package init(_ entries: [String] = []) { self.entries = entries.map { $0.lowercased() } }

    package static func accepts(_ entry: String) -> Bool {
        UserID.accepts(entry.hasPrefix("@") ? String(entry.dropFirst()) : entry)
    }

    package func admits(_ user: UserID) -> Bool {
        guard !entries.isEmpty else { return true }
        let name = user.rawValue.lowercased()
        // The last @ ends the local part: what stands before it may hold others.
        let domain = name.lastIndex(of: "@").map { String(name[$0...]) }
        return entries.contains { $0 == name || $0 == domain }
    }
}
