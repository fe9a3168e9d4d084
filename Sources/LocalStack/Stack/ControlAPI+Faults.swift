package import Foundation

extension ControlAPI {
    /// At most so many faults are armed at a time.
    static let maxFaults = 1_000

    func handleFaults(_ request: LocalRequest, _ rest: [String]) throws -> LocalResponse {
        switch (request.method, rest.first) {
        case ("GET", nil):
            return Self.json(ArmedFault.all(in: faults))
        case ("POST", nil):
            let plan: FaultList = try Self.decoded(request)
            guard faults.armed.count + plan.faults.count <= Self.maxFaults else {
                throw ControlProblem(status: 409, "at most \(Self.maxFaults) faults can be armed")
            }
            if let seed = plan.seed { faults.reseed(seed) }
            return Self.json(status: 201, plan.faults.map { ArmedFault(id: faults.arm($0), fault: $0) })
        case ("DELETE", nil):
            faults.disarmAll()
            return LocalResponse(status: 204)
        case ("DELETE", .some(let id)):
            guard let id = UUID(uuidString: id), faults.armed[id] != nil else {
                throw ControlProblem(status: 404, "there is no fault '\(id)'")
            }
            faults.disarm(id)
            return LocalResponse(status: 204)
        default:
            throw ControlProblem(status: 405, "\(request.method) isn't for faults")
        }
    }

    func handleUsers(_ request: LocalRequest, _ rest: [String]) throws -> LocalResponse {
        switch (request.method, rest.first) {
        case ("GET", nil):
            return Self.json(github.users)
        case ("POST", nil):
            let user: GitHubUser = try Self.decoded(request)
            guard github.setKeys(user.keys, of: user.login) else {
                throw ControlProblem(status: 409, "at most \(LocalGitHub.maxUsers) users can be kept")
            }
            return Self.json(status: 201, user)
        case ("DELETE", .some(let login)):
            github.setKeys(nil, of: login)
            return LocalResponse(status: 204)
        default:
            throw ControlProblem(status: 405, "\(request.method) isn't for users")
        }
    }
}

/// A user of the local GitHub.
package struct GitHubUser: Codable, Sendable {
    package var login: String
    package var keys: [String]

    package init(login: String, keys: [String]) {
        self.login = login
        self.keys = keys
    }
}

/// A fault and the id by which it is disarmed.
package struct ArmedFault: Codable, Sendable {
    package var id: UUID
    package var fault: Fault

    static func all(in plan: FaultPlan) -> [ArmedFault] {
        plan.armed.map { ArmedFault(id: $0.key, fault: $0.value) }.sorted {
            $0.id.uuidString < $1.id.uuidString
        }
    }
}
